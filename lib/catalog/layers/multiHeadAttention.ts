// MultiHeadAttention: several attentions side by side, each on projections of its own.

import { ShapeError, ValueError } from "../../graph/errors.js";
import { invoke } from "../../graph/infer.js";
import type { Storage } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import { normalizeAxis, type Shape, showShape, sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, WeightFunction } from "../../graph/weight.js";
import { constraints } from "../constraints/index.js";
import { initializers } from "../initializers/index.js";
import {
  absolute,
  cast,
  einsum,
  expandDims,
  iota,
  less,
  multiply,
  reshape,
  softmax,
  subtract,
  transpose,
  where,
} from "../ops/index.js";
import { regularizers } from "../regularizers/index.js";
import { type AttentionCallOptions, AttentionLayer, causalMask, everyMask } from "./base/attentionLayer.js";
import type { AnyLayer } from "./base/catalogLayer.js";
import { requirePositive, requireRate } from "./base/checks.js";
import { dropOut } from "./base/dropoutLayer.js";
import { type KernelOptions, kernelSettings } from "./base/kernelLayer.js";
import { EinsumDense } from "./einsumDense.js";

/** Options of `multiHeadAttention`. */
export interface MultiHeadAttentionOptions extends Omit<KernelOptions, "activation"> {
  /** Width of a head's values. Default: keyDim. */
  readonly valueDim?: number | null | undefined;
  /** Share of the weights dropped while training. Default 0. */
  readonly dropout?: number | undefined;
  /** Sizes that replace the query's width in the output; null (default) keeps it. */
  readonly outputShape?: number | readonly number[] | null | undefined;
  /** Axes whose positions see each other; null (default) for all between batch and features. */
  readonly attentionAxes?: number | readonly number[] | null | undefined;
  /** Only positions less than this apart see each other; null (default) for all. */
  readonly slidingWindow?: number | null | undefined;
  /** Multiplies what the heads give by learned shares of the query. Default false. */
  readonly useGate?: boolean | undefined;
  readonly seed?: number | null | undefined;
}

/** What a call of `multiHeadAttention` may be given besides query, value and key. */
export interface MultiHeadCallOptions extends AttentionCallOptions {
  /** True where a query may see a value: [batch, queries, values], or with an axis for heads before these two. */
  readonly attentionMask?: Tensor | undefined;
}

const letters = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => String.fromCharCode(97 + from + i));

/** A mask of the first axes of something, by the letters of its axes, to be broadcast to scores. */
function aligned(mask: Tensor, own: string, scores: string): Tensor {
  const held = own.slice(0, mask.rank);
  const order = [...scores].filter((letter) => held.includes(letter));
  const moved = transpose(
    cast(mask, "bool"),
    order.map((letter) => held.indexOf(letter)),
  );
  return reshape(
    moved,
    [...scores].map((letter) => (order.includes(letter) ? (mask.shape[held.indexOf(letter)] as number) : 1)),
  );
}

/** See `multiHeadAttention`. */
export class MultiHeadAttention extends AttentionLayer {
  static override readonly settings: readonly string[] = [
    "num_heads",
    "key_dim",
    "value_dim",
    "dropout",
    "use_gate",
    "output_shape",
    "attention_axes",
    "sliding_window",
    ...kernelSettings.filter((name) => name !== "activation"),
    "seed",
  ];
  override readonly argumentNames: readonly string[] = ["query", "value", "key"];
  readonly numHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly dropout: number;
  readonly useBias: boolean;
  readonly useGate: boolean;
  readonly outputShape: readonly number[] | null;
  attentionAxes: readonly number[] | null;
  readonly slidingWindow: number | null;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer: WeightFunction | null;
  readonly biasRegularizer: WeightFunction | null;
  override readonly activityRegularizer: WeightFunction | null;
  readonly kernelConstraint: WeightFunction | null;
  readonly biasConstraint: WeightFunction | null;
  readonly seed: number | null;
  private queryDense!: EinsumDense;
  private keyDense!: EinsumDense;
  private gateDense: EinsumDense | null = null;
  private valueDense!: EinsumDense;
  private outputDense!: EinsumDense;

  constructor(options: MultiHeadAttentionOptions & { readonly numHeads: number; readonly keyDim: number }) {
    super(options);
    const orNone = (value: number | readonly number[] | null | undefined): readonly number[] | null =>
      value === null || value === undefined ? null : [value].flat();
    this.numHeads = requirePositive(this, "numHeads", options.numHeads);
    this.keyDim = requirePositive(this, "keyDim", options.keyDim);
    this.valueDim = requirePositive(this, "valueDim", options.valueDim ?? this.keyDim);
    this.dropout = requireRate(this, "dropout", options.dropout ?? 0);
    this.useBias = options.useBias ?? true;
    this.useGate = options.useGate ?? false;
    this.outputShape = orNone(options.outputShape);
    this.attentionAxes = orNone(options.attentionAxes);
    this.slidingWindow =
      typeof options.slidingWindow === "number" ? requirePositive(this, "slidingWindow", options.slidingWindow) : null;
    this.kernelInitializer = initializers.resolve(options.kernelInitializer ?? "glorot_uniform");
    this.biasInitializer = initializers.resolve(options.biasInitializer ?? "zeros");
    this.kernelRegularizer = regularizers.resolve(options.kernelRegularizer);
    this.biasRegularizer = regularizers.resolve(options.biasRegularizer);
    this.activityRegularizer = regularizers.resolve(options.activityRegularizer);
    this.kernelConstraint = constraints.resolve(options.kernelConstraint);
    this.biasConstraint = constraints.resolve(options.biasConstraint);
    this.seed = options.seed ?? null;
  }

  override check(shapes: readonly Shape[]): void {
    super.check(shapes);
    const [query, value] = shapes as [Shape, Shape];
    if (query.length !== value.length)
      throw new ShapeError(
        `${this.describe()} expects queries and values of equally many axes, received ${showShape(query)} and ${showShape(value)}`,
      );
    if (this.built) this.sublayers.slice(0, 2).forEach((layer, i) => void layer.check([shapes[i * 2] ?? value]));
  }

  override get sublayers(): readonly AnyLayer[] {
    return [this.queryDense, this.keyDense, this.gateDense, this.valueDense, this.outputDense].filter(
      (layer): layer is EinsumDense => Boolean(layer),
    );
  }

  /** Keras's name of one of the fields begins with an underscore. */
  override get storage(): Storage {
    const { inside, ...own } = super.storage;
    return {
      ...own,
      inside: inside.map(([group, storage]) => [group === "gate_dense" ? "_gate_dense" : group, storage]),
    };
  }

  /** A dense layer from the axes of `shape`, its last `bound` ones as inputs, to `sizes`. */
  private projection(
    name: string,
    shape: Shape,
    bound: number,
    sizes: readonly number[],
    activation?: "sigmoid",
  ): EinsumDense {
    const free = letters(shape.length - bound);
    const inner = letters(bound, free.length);
    const outer = letters(sizes.length, shape.length);
    const layer = new EinsumDense({
      ...this.sublayerOptions(),
      name,
      activation,
      equation: `${[...free, ...inner].join("")},${[...inner, ...outer].join("")}->${[...free, ...outer].join("")}`,
      outputShape: [...free.slice(1).map(() => null), ...sizes],
      biasAxes: this.useBias ? outer.join("") : null,
    });
    layer.ensureBuilt([shape]);
    for (const weight of layer.weights) weight.path = `${this.name}/${weight.path}`;
    return layer;
  }

  private sublayerOptions(): KernelOptions {
    return Object.fromEntries(
      [
        "kernelInitializer",
        "biasInitializer",
        "kernelRegularizer",
        "biasRegularizer",
        "activityRegularizer",
        "kernelConstraint",
        "biasConstraint",
      ].map((name) => [name, (this as unknown as Record<string, unknown>)[name]]),
    );
  }

  override build([query, value, key = value]: readonly Shape[]): void {
    const [asked, given, offered] = [query, value, key] as [Shape, Shape, Shape];
    const { numHeads, keyDim, valueDim } = this;
    this.queryDense = this.projection("query", asked, 1, [numHeads, keyDim]);
    this.keyDense = this.projection("key", offered, 1, [numHeads, keyDim]);
    if (this.useGate) this.gateDense = this.projection("gate", asked, 1, [numHeads, valueDim], "sigmoid");
    this.valueDense = this.projection("value", given, 1, [numHeads, valueDim]);
    const heads = [...asked.slice(0, -1), numHeads, valueDim];
    const width = asked.at(-1) as number;
    this.outputDense = this.projection("attention_output", heads, 2, this.outputShape ?? [width]);
    const rank = given.length;
    this.attentionAxes =
      this.attentionAxes?.map((axis) => normalizeAxis(axis, rank)) ?? asked.slice(1, -1).map((_, i) => i + 1);
  }

  // The projections do it.
  override afterCall(): void {}

  /** Letters of [batch, …, heads, features] as queries, as values, and of their scores. */
  private equations(rank: number): { query: string; value: string; scores: string } {
    const axes = this.attentionAxes as readonly number[];
    const query = letters(rank);
    const value = query.map((own, i) => (axes.includes(i) ? String.fromCharCode(97 + rank + i) : own));
    const apart = query.filter((_, i) => !axes.includes(i) && i < rank - 1);
    const along = (all: readonly string[]): string[] => axes.map((axis) => all[axis] as string);
    return {
      query: query.join(""),
      value: value.join(""),
      scores: [...apart, ...along(query), ...along(value)].join(""),
    };
  }

  /** Which scores count, or null for all. */
  private scoreMask(
    [query, value, key]: readonly [Tensor, Tensor, Tensor],
    own: ReturnType<MultiHeadAttention["equations"]>,
    options: MultiHeadCallOptions,
  ): Tensor | null {
    const stretched = (x: Tensor, letters: string): Tensor | null =>
      x.mask ? aligned(x.mask, letters, own.scores) : null;
    const axes = this.attentionAxes as readonly number[];
    const byPlace = options.useCausalMask || this.slidingWindow !== null;
    if (byPlace && axes.length > 1)
      throw new ValueError(`${this.describe()} has no order of positions along ${axes.length} axes`, {
        hint: "useCausalMask and slidingWindow need one attention axis; give attentionMask instead",
      });
    const rank = own.scores.length;
    const [queries, values] = [query, value].map((x) => x.shape[axes[0] as number]) as [number, number];
    const places = [...new Array<number>(rank - 2).fill(1), queries, values];
    const apart = (): Tensor => absolute(subtract(iota(places, rank - 2), iota(places, rank - 1)));
    // Heads, and axes that don't attend, come in between.
    const widened = (mask: Tensor): Tensor =>
      mask.rank < rank ? widened(expandDims(mask, -2 * axes.length - 1)) : cast(mask, "bool");
    return everyMask([
      stretched(query, own.query),
      stretched(value, own.value),
      key === value ? null : stretched(key, own.value),
      options.useCausalMask ? reshape(causalMask(queries, values), places) : null,
      this.slidingWindow === null ? null : less(apart(), this.slidingWindow),
      options.attentionMask ? widened(options.attentionMask) : null,
    ]);
  }

  override call(inputs: Tensor[], mode: Mode): Tensor | Tensor[] {
    const options = mode.options as MultiHeadCallOptions;
    const [query, value, key] = this.parts(inputs);
    const project = (layer: EinsumDense, x: Tensor): Tensor =>
      invoke(layer, x.withMask(undefined), { ...mode, options: {} }).outputs[0] as Tensor;
    const asked = multiply(project(this.queryDense, query), 1 / Math.sqrt(this.keyDim));
    const offered = project(this.keyDense, key);
    const given = project(this.valueDense, value);
    const own = this.equations(asked.rank);
    const raw = einsum(`${own.query},${own.value}->${own.scores}`, asked, offered);
    const mask = this.scoreMask([query, value, key], own, options);
    const scores = this.shares(mask ? where(mask, raw, -1e9) : raw);
    const kept = mode.training ? dropOut(scores, this.dropout, mode.seed(this.seed), mode.step) : scores;
    let heads = einsum(`${own.scores},${own.value}->${own.query}`, kept, given);
    if (this.gateDense) heads = multiply(heads, project(this.gateDense, query));
    return this.answer(project(this.outputDense, heads).withMask(query.mask), scores, mode);
  }

  /** Softmax over all positions that a query sees. */
  private shares(scores: Tensor): Tensor {
    const shape = scores.shape as readonly number[];
    const count = (this.attentionAxes as readonly number[]).length;
    if (count === 1) return softmax(scores, { axis: -1 });
    const flat = reshape(scores, [...shape.slice(0, -count), sizeOf(shape.slice(-count))]);
    return reshape(softmax(flat, { axis: -1 }), shape);
  }
}

/**
 * Attention by several heads (Vaswani et al. 2017) on [query, value] or [query, value, key], each [batch, steps, features]: the query's
 * shape, with the width that it or `outputShape` has. Masks of query, value and key count. Call options: `attentionMask` [batch,
 * query steps, value steps], `useCausalMask`, `returnAttentionScores` (gives [output, scores]).
 * Source: https://keras.io/api/layers/attention_layers/multi_head_attention/
 *
 * @example
 * const x = input([10, 64]);
 * const y = multiHeadAttention(4, 16)([x, x], { useCausalMask: true }); // [null, 10, 64]
 */
export const multiHeadAttention = (
  numHeads: number,
  keyDim: number,
  options: MultiHeadAttentionOptions = {},
): MultiHeadAttention => new MultiHeadAttention({ ...options, numHeads, keyDim });
