// AveragePooling2D: the mean of each window of images.

import { averagePool } from "../ops/index.js";
import { Pooling, type PoolingOptions, type PoolingSettings } from "./base/pooling.js";

/** See `averagePooling2d`. */
export class AveragePooling2D extends Pooling {
  constructor(options: PoolingSettings = {}) {
    super(2, averagePool, options);
  }
}

/**
 * Mean of windows of [batch, rows, columns, channels]. Source: https://keras.io/api/layers/pooling_layers/average_pooling2d/
 *
 * @example
 * const y = averagePooling2d()(input([28, 28, 3])); // [null, 14, 14, 3]
 */
export const averagePooling2d = (
  poolSize?: number | readonly number[],
  options: PoolingOptions = {},
): AveragePooling2D => new AveragePooling2D({ ...options, poolSize });
