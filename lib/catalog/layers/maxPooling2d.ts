// MaxPooling2D: the largest of each window of images.

import { maxPool } from "../ops/index.js";
import { Pooling, type PoolingOptions, type PoolingSettings } from "./base/pooling.js";

/** See `maxPooling2d`. */
export class MaxPooling2D extends Pooling {
  constructor(options: PoolingSettings = {}) {
    super(2, maxPool, options);
  }
}

/**
 * Maximum of windows of [batch, rows, columns, channels]. Source: https://keras.io/api/layers/pooling_layers/max_pooling2d/
 *
 * @example
 * const y = maxPooling2d(2)(input([26, 26, 32])); // [null, 13, 13, 32]
 */
export const maxPooling2d = (poolSize?: number | readonly number[], options: PoolingOptions = {}): MaxPooling2D =>
  new MaxPooling2D({ ...options, poolSize });
