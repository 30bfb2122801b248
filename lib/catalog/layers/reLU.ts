// ReLU: what is below 0 is cut off, or damped.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, greater, less, minimum, multiply, relu, subtract, where } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** Options of `reLU`. */
export interface ReLUOptions extends LayerOptions {
  readonly maxValue?: number | null | undefined;
  readonly negativeSlope?: number | undefined;
  readonly threshold?: number | undefined;
}

/** See `reLU`. */
export class ReLU extends CatalogLayer {
  static override readonly settings: readonly string[] = ["max_value", "negative_slope", "threshold"];
  override readonly masking = "keeps" as const;
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;

  constructor(options: ReLUOptions = {}) {
    super(options);
    this.maxValue = options.maxValue ?? null;
    this.negativeSlope = options.negativeSlope ?? 0;
    this.threshold = options.threshold ?? 0;
  }

  override call(x: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this;
    let above = threshold === 0 ? relu(x) : where(greater(x, threshold), x, 0);
    if (maxValue !== null) above = minimum(above, maxValue);
    if (negativeSlope === 0) return above;
    return add(above, where(less(x, threshold), multiply(subtract(x, threshold), negativeSlope), 0));
  }
}

/**
 * max(x, 0), with an optional ceiling, slope below and threshold. Source: https://keras.io/api/layers/activation_layers/relu/
 *
 * @example
 * const y = reLU({ maxValue: 6 })(input([8])); // [null, 8]
 */
export const reLU = (options: ReLUOptions = {}): ReLU => new ReLU(options);
