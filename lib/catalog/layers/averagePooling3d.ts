// AveragePooling3D: the mean of each window of volumes.

import { averagePool } from "../ops/index.js";
import { Pooling, type PoolingOptions, type PoolingSettings } from "./base/pooling.js";

/** See `averagePooling3d`. */
export class AveragePooling3D extends Pooling {
  constructor(options: PoolingSettings = {}) {
    super(3, averagePool, options);
  }
}

/**
 * Mean of windows of [batch, rows, columns, depth, channels]. Source: https://keras.io/api/layers/pooling_layers/average_pooling3d/
 *
 * @example
 * const y = averagePooling3d()(input([8, 8, 8, 2])); // [null, 4, 4, 4, 2]
 */
export const averagePooling3d = (
  poolSize?: number | readonly number[],
  options: PoolingOptions = {},
): AveragePooling3D => new AveragePooling3D({ ...options, poolSize });
