// Softmax: positive numbers that sum to 1.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { softmax as softmaxOp } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** See `softmax`. */
export class Softmax extends CatalogLayer {
  static override readonly settings: readonly string[] = ["axis"];
  override readonly masking = "keeps" as const;
  readonly axis: number;

  constructor(options: LayerOptions & { readonly axis?: number | undefined } = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  override call(x: Tensor): Tensor {
    return softmaxOp(x, { axis: this.axis });
  }
}

/**
 * Positive numbers that sum to 1 along an axis (-1). Source: https://keras.io/api/layers/activation_layers/softmax/
 *
 * @example
 * const y = softmax()(input([10])); // [null, 10]
 */
export const softmax = (options: LayerOptions & { readonly axis?: number } = {}): Softmax => new Softmax(options);
