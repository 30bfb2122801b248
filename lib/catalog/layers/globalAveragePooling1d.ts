// GlobalAveragePooling1D: the mean of all steps.

import type { Tensor } from "../../graph/tensor.js";
import { cast, divide, expandDims, maximum, sum, where } from "../ops/index.js";
import { GlobalAverage, type GlobalPoolingOptions } from "./base/globalPooling.js";

/** See `globalAveragePooling1d`. */
export class GlobalAveragePooling1D extends GlobalAverage {
  override readonly masking = "uses" as const;

  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options);
  }

  override call(x: Tensor): Tensor {
    if (!x.mask) return super.call(x);
    const weights = cast(expandDims(x.mask, -1), "float32");
    const axis = [1];
    const total = sum(where(expandDims(x.mask, -1), x, 0), { axis, keepdims: this.keepdims });
    return divide(total, maximum(sum(weights, { axis, keepdims: this.keepdims }), 1e-12));
  }
}

/**
 * Mean over all steps; padding doesn't count: [batch, steps, channels] → [batch, channels].
 *
 * @example
 * const y = globalAveragePooling1d()(input([10, 8])); // [null, 8]
 */
export const globalAveragePooling1d = (options: GlobalPoolingOptions = {}): GlobalAveragePooling1D =>
  new GlobalAveragePooling1D(options);
