// Attention: every query gets a mean of the values, weighted by how well it fits their keys.

import { requireOneOf, ShapeError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import { type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { initializers } from "../initializers/index.js";
import {
  add,
  cast,
  expandDims,
  matmul,
  multiply,
  softmax,
  subtract,
  sum,
  tanh,
  transpose,
  where,
} from "../ops/index.js";
import {
  type AttentionCallOptions,
  AttentionLayer,
  causalMask,
  everyMask,
  maskOfValues,
} from "./base/attentionLayer.js";
import { requireRate } from "./base/checks.js";
import { dropOut } from "./base/dropoutLayer.js";

/** Options of `attention`. */
export interface AttentionOptions extends LayerOptions {
  /** Multiplies scores by a learned number. Default false. */
  readonly useScale?: boolean | undefined;
  /** "dot" (default): query · key. "concat": a learned number times Σ tanh(query + key). */
  readonly scoreMode?: "dot" | "concat" | undefined;
  /** Share of the weights dropped while training. Default 0. */
  readonly dropout?: number | undefined;
  readonly seed?: number | null | undefined;
}

/** See `attention`. */
export class Attention extends AttentionLayer {
  static override readonly settings: readonly string[] = ["use_scale", "score_mode", "dropout", "seed"];
  readonly useScale: boolean;
  readonly scoreMode: "dot" | "concat";
  readonly dropout: number;
  readonly seed: number | null;
  protected scale: Weight | null = null;
  private concatScoreWeight: Weight | null = null;

  constructor(options: AttentionOptions = {}) {
    super(options);
    this.useScale = options.useScale ?? false;
    this.scoreMode = options.scoreMode ?? "dot";
    requireOneOf(`${this.describe()}: scoreMode`, this.scoreMode, ["dot", "concat"]);
    this.dropout = requireRate(this, "dropout", options.dropout ?? 0);
    this.seed = options.seed ?? null;
  }

  override check(shapes: readonly Shape[]): void {
    super.check(shapes);
    const [query, value, key = value] = shapes as [Shape, Shape, Shape?];
    if (query.at(-1) === key.at(-1)) return;
    throw new ShapeError(
      `${this.describe()} expects queries and keys of equal width, received ${showShape(query)} and ${showShape(key)}`,
    );
  }

  override build(_shapes: readonly Shape[]): void {
    const ones = initializers.resolve("ones");
    if (this.useScale) this.scale = this.addWeight({ name: "scale", shape: [], initializer: ones });
    if (this.scoreMode === "concat")
      this.concatScoreWeight = this.addWeight({ name: "concat_score_weight", shape: [], initializer: ones });
  }

  /** [batch, queries, values]. */
  protected scores(query: Tensor, key: Tensor): Tensor {
    if (this.scoreMode === "dot") {
      const axes = key.shape.map((_, axis) => axis);
      const product = matmul(query, transpose(key, [...axes.slice(0, -2), key.rank - 1, key.rank - 2]));
      return this.scale ? multiply(product, this.scale) : product;
    }
    const both = add(expandDims(query, -2), expandDims(key, -3));
    const bent = tanh(this.scale ? multiply(both, this.scale) : both);
    return multiply(sum(bent, { axis: -1 }), this.concatScoreWeight as Weight);
  }

  override call(inputs: Tensor[], mode: Mode): Tensor | Tensor[] {
    const { useCausalMask, mask: given } = mode.options as AttentionCallOptions & { mask?: readonly (Tensor | null)[] };
    const [query, value, key] = this.parts(inputs);
    const [queryMask, valueMask] = Array.isArray(given) ? given : [query.mask, value.mask];
    const raw = this.scores(query.withMask(undefined), key.withMask(undefined));
    const [queries, values] = raw.shape.slice(-2) as [number, number];
    const seen = everyMask([valueMask && maskOfValues(valueMask), useCausalMask ? causalMask(queries, values) : null]);
    let weights = softmax(seen ? where(seen, raw, subtract(raw, 1e9)) : raw, { axis: -1 });
    if (mode.training) weights = dropOut(weights, this.dropout, mode.seed(this.seed), mode.step);
    let output = matmul(weights, value.withMask(undefined));
    if (queryMask) output = where(expandDims(cast(queryMask, "bool"), -1), output, 0).withMask(queryMask);
    return this.answer(output, weights, mode);
  }
}

/**
 * Attention by dot products (Luong et al. 2015) on [query, value] or [query, value, key], each [batch, steps, features]:
 * softmax(query · keyᵀ) · value, of shape [batch, query steps, value features]. Masks of values and queries count. Call options:
 * `useCausalMask`, `returnAttentionScores` (gives [output, scores]), `mask` [query mask, value mask].
 * Source: https://keras.io/api/layers/attention_layers/attention/
 *
 * @example
 * const y = attention()([input([4, 8]), input([6, 8])]); // [null, 4, 8]
 */
export const attention = (options: AttentionOptions = {}): Attention => new Attention(options);
