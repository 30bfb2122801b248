// MaxPooling3D: the largest of each window of volumes.

import { maxPool } from "../ops/index.js";
import { Pooling, type PoolingOptions, type PoolingSettings } from "./base/pooling.js";

/** See `maxPooling3d`. */
export class MaxPooling3D extends Pooling {
  constructor(options: PoolingSettings = {}) {
    super(3, maxPool, options);
  }
}

/**
 * Maximum of windows of [batch, rows, columns, depth, channels]. Source: https://keras.io/api/layers/pooling_layers/max_pooling3d/
 *
 * @example
 * const y = maxPooling3d()(input([8, 8, 8, 2])); // [null, 4, 4, 4, 2]
 */
export const maxPooling3d = (poolSize?: number | readonly number[], options: PoolingOptions = {}): MaxPooling3D =>
  new MaxPooling3D({ ...options, poolSize });
