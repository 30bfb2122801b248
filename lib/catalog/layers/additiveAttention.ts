// AdditiveAttention: scores are learned weights times tanh(query + key).

import type { LayerOptions } from "../../graph/layer.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { initializers } from "../initializers/index.js";
import { add, expandDims, multiply, sum, tanh } from "../ops/index.js";
import { Attention } from "./attention.js";

/** Options of `additiveAttention`. */
export interface AdditiveAttentionOptions extends LayerOptions {
  /** Weighs the features by learned numbers. Default true. */
  readonly useScale?: boolean | undefined;
  /** Share of the weights dropped while training. Default 0. */
  readonly dropout?: number | undefined;
  readonly seed?: number | null | undefined;
}

/** See `additiveAttention`. */
export class AdditiveAttention extends Attention {
  static override readonly settings: readonly string[] = ["use_scale", "dropout", "seed"];

  constructor(options: AdditiveAttentionOptions = {}) {
    super({ ...options, useScale: options.useScale ?? true });
  }

  override build([query]: readonly Shape[]): void {
    if (!this.useScale) return;
    const shape = [(query as Shape).at(-1) as number];
    this.scale = this.addWeight({ name: "scale", shape, initializer: initializers.resolve("glorot_uniform") });
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    const bent = tanh(add(expandDims(query, -2), expandDims(key, -3)));
    return sum(this.scale ? multiply(bent, this.scale) : bent, { axis: -1 });
  }
}

/**
 * Additive attention (Bahdanau et al. 2015) on [query, value] or [query, value, key], each [batch, steps, features]:
 * softmax(Σ scale · tanh(query + key)) · value. Call options and masks as of `attention`.
 * Source: https://keras.io/api/layers/attention_layers/additive_attention/
 *
 * @example
 * const y = additiveAttention()([input([4, 8]), input([6, 8])]); // [null, 4, 8]
 */
export const additiveAttention = (options: AdditiveAttentionOptions = {}): AdditiveAttention =>
  new AdditiveAttention(options);
