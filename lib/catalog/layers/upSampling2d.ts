// UpSampling2D: images with several times the rows and columns.

import type { LayerOptions } from "../../graph/layer.js";
import type { ChannelOptions } from "./base/checks.js";
import type { Interpolation } from "./base/resize.js";
import { UpSampling } from "./base/upSampling.js";

/** Options of `upSampling2d`. */
export interface UpSampling2DOptions extends LayerOptions, ChannelOptions {
  /** How the numbers between pixels are found. Default "nearest": by repeating. */
  readonly interpolation?: Interpolation | undefined;
}

/** See `upSampling2d`. */
export class UpSampling2D extends UpSampling {
  constructor(options: UpSampling2DOptions & { readonly size?: number | readonly number[] } = {}) {
    super(2, options);
  }
}

/**
 * Images with `size` times the rows and columns, repeated or interpolated.
 *
 * @example
 * const y = upSampling2d([2, 3])(input([4, 4, 8])); // [null, 8, 12, 8]
 */
export const upSampling2d = (size: number | readonly number[] = 2, options: UpSampling2DOptions = {}): UpSampling2D =>
  new UpSampling2D({ ...options, size });
