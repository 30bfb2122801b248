// SpatialDropout2D: whole channels of images are dropped while training.

import { type DropoutOptions, SpatialDropout } from "./base/dropoutLayer.js";

/** See `spatialDropout2d`. */
export class SpatialDropout2D extends SpatialDropout {}

/** Drops whole channels of [batch, rows, columns, channels]. */
export const spatialDropout2d = (rate: number, options: DropoutOptions = {}): SpatialDropout2D =>
  new SpatialDropout2D({ ...options, rate });
