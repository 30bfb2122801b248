// What the attention layers share: queries look at values through scores. Masks of scores, softmax, and how they are called.

import type { CallOptions } from "../../../graph/callOptions.js";
import { ShapeError, ValueError } from "../../../graph/errors.js";
import type { Mode } from "../../../graph/mode.js";
import { type Shape, showShape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { cast, expandDims, greaterEqual, iota, logicalAnd } from "../../ops/index.js";
import { CatalogLayer } from "./catalogLayer.js";

/** What a call of an attention layer may be given besides queries, values and keys. */
export interface AttentionCallOptions extends CallOptions {
  /** Gives [output, scores]. */
  readonly returnAttentionScores?: boolean | undefined;
  /** A position sees itself and those before it, not those after. */
  readonly useCausalMask?: boolean | undefined;
}

/** Calling an attention layer on [query, value] or [query, value, key]. */
export interface AttentionLayer {
  (
    inputs: Tensor | readonly Tensor[],
    options: AttentionCallOptions & { readonly returnAttentionScores: true },
  ): [output: Tensor, scores: Tensor];
  (inputs: Tensor | readonly Tensor[], options?: AttentionCallOptions): Tensor;
}

/** Base of the attention layers. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: a layer is a callable object
export abstract class AttentionLayer extends CatalogLayer {
  override readonly masking = "uses" as const;

  override check(shapes: readonly Shape[]): void {
    if (shapes.length < 2 || shapes.length > 3)
      throw new ValueError(
        `${this.describe()} expects [query, value] or [query, value, key], received ${shapes.length === 1 ? "one tensor" : `${shapes.length} tensors`}`,
      );
    const [query, value, key = value] = shapes as [Shape, Shape, Shape?];
    for (const shape of [query, value, key]) {
      if (shape.length < 3 || typeof shape.at(-1) !== "number")
        throw new ShapeError(`${this.describe()} expects [batch, …, steps, features], received ${showShape(shape)}`);
    }
    const agree = value.slice(1, -1).every((size, i) => size === key[i + 1] || size === null || key[i + 1] === null);
    if (value.length !== key.length || !agree)
      throw new ShapeError(
        `${this.describe()} expects as many keys as values, received ${showShape(key)} and ${showShape(value)}`,
      );
  }

  /** Query, value, key. */
  protected parts(inputs: readonly Tensor[]): [query: Tensor, value: Tensor, key: Tensor] {
    const [query, value, key = value] = inputs as [Tensor, Tensor, Tensor?];
    return [query, value, key];
  }

  /** The output alone or with the scores, as the call asked. */
  protected answer(output: Tensor, scores: Tensor, mode: Mode): Tensor | Tensor[] {
    return (mode.options as AttentionCallOptions).returnAttentionScores ? [output, scores] : output;
  }
}

/** True where the position of the query isn't before that of the value: [1, queries, values]. */
export const causalMask = (queries: number, values: number): Tensor =>
  greaterEqual(iota([1, queries, values], 1), iota([1, queries, values], 2));

/** A mask of steps as a mask of scores, [batch, 1, values]. */
export const maskOfValues = (mask: Tensor): Tensor => expandDims(cast(mask, "bool"), -2);

/** What all of them say. */
export const everyMask = (masks: readonly (Tensor | null | undefined)[]): Tensor | null =>
  masks.reduce<Tensor | null>((all, mask) => (mask ? (all ? logicalAnd(all, mask) : mask) : all), null);
