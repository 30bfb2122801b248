// SpatialDropout1D: whole channels of steps are dropped while training.

import { type DropoutOptions, SpatialDropout } from "./base/dropoutLayer.js";

/** See `spatialDropout1d`. */
export class SpatialDropout1D extends SpatialDropout {}

/**
 * Drops whole channels of [batch, steps, channels].
 *
 * @example
 * const y = spatialDropout1d(0.2)(input([10, 8])); // [null, 10, 8]
 */
export const spatialDropout1d = (rate: number, options: DropoutOptions = {}): SpatialDropout1D =>
  new SpatialDropout1D({ ...options, rate });
