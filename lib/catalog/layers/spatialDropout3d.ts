// SpatialDropout3D: whole channels of volumes are dropped while training.

import { type DropoutOptions, SpatialDropout } from "./base/dropoutLayer.js";

/** See `spatialDropout3d`. */
export class SpatialDropout3D extends SpatialDropout {}

/**
 * Drops whole channels of [batch, rows, columns, depth, channels].
 *
 * @example
 * const y = spatialDropout3d(0.2)(input([8, 8, 8, 4])); // [null, 8, 8, 8, 4]
 */
export const spatialDropout3d = (rate: number, options: DropoutOptions = {}): SpatialDropout3D =>
  new SpatialDropout3D({ ...options, rate });
