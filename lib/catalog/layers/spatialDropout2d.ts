// SpatialDropout2D: whole channels of images are dropped while training.

import { type DropoutOptions, SpatialDropout } from "./base/dropoutLayer.js";

/** See `spatialDropout2d`. */
export class SpatialDropout2D extends SpatialDropout {}

/**
 * Drops whole channels of [batch, rows, columns, channels].
 *
 * @example
 * const y = spatialDropout2d(0.2)(input([28, 28, 8])); // [null, 28, 28, 8]
 */
export const spatialDropout2d = (rate: number, options: DropoutOptions = {}): SpatialDropout2D =>
  new SpatialDropout2D({ ...options, rate });
