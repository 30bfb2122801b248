// MaxPooling1D: the largest of each window of steps.

import { maxPool } from "../ops/index.js";
import { Pooling, type PoolingOptions, type PoolingSettings } from "./base/pooling.js";

/** See `maxPooling1d`. */
export class MaxPooling1D extends Pooling {
  constructor(options: PoolingSettings = {}) {
    super(1, maxPool, options);
  }
}

/**
 * Maximum of windows of [batch, steps, channels]. Source: https://keras.io/api/layers/pooling_layers/max_pooling1d/
 *
 * @example
 * const y = maxPooling1d(3, { padding: "same" })(input([10, 8])); // [null, 4, 8]
 */
export const maxPooling1d = (poolSize?: number | readonly number[], options: PoolingOptions = {}): MaxPooling1D =>
  new MaxPooling1D({ ...options, poolSize });
