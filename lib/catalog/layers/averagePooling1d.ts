// AveragePooling1D: the mean of each window of steps.

import { averagePool } from "../ops/index.js";
import { Pooling, type PoolingOptions, type PoolingSettings } from "./base/pooling.js";

/** See `averagePooling1d`. */
export class AveragePooling1D extends Pooling {
  constructor(options: PoolingSettings = {}) {
    super(1, averagePool, options);
  }
}

/**
 * Mean of windows of [batch, steps, channels]. Source: https://keras.io/api/layers/pooling_layers/average_pooling1d/
 *
 * @example
 * const y = averagePooling1d(2)(input([10, 8])); // [null, 5, 8]
 */
export const averagePooling1d = (
  poolSize?: number | readonly number[],
  options: PoolingOptions = {},
): AveragePooling1D => new AveragePooling1D({ ...options, poolSize });
