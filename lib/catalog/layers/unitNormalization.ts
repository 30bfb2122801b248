// UnitNormalization: vectors of length 1.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { minimum, multiply, rsqrt, square, sum } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** Options of `unitNormalization`. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** The axes along which the length is measured. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
}

/** See `unitNormalization`. */
export class UnitNormalization extends CatalogLayer {
  static override readonly settings: readonly string[] = ["axis"];
  override readonly masking = "keeps" as const;
  readonly axis: number | readonly number[];

  constructor(options: UnitNormalizationOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  override call(x: Tensor): Tensor {
    const squares = sum(square(x), { axis: this.axis, keepdims: true });
    return multiply(x, minimum(rsqrt(squares), 1e12));
  }
}

/**
 * Scales vectors to length 1. The shape stays. Source: https://keras.io/api/layers/normalization_layers/unit_normalization/
 *
 * @example
 * const y = unitNormalization()(input([8])); // [null, 8]
 */
export const unitNormalization = (options: UnitNormalizationOptions = {}): UnitNormalization =>
  new UnitNormalization(options);
