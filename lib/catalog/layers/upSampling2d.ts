// UpSampling2D: every row and column several times.

import type { LayerOptions } from "../../graph/layer.js";
import { UpSampling } from "./base/upSampling.js";

/** See `upSampling2d`. */
export class UpSampling2D extends UpSampling {
  constructor(
    options: LayerOptions & { readonly size?: number | readonly number[]; readonly interpolation?: string } = {},
  ) {
    super(2, options);
  }
}

/**
 * Every row and column `size` times.
 *
 * @example
 * const y = upSampling2d([2, 3])(input([4, 4, 8])); // [null, 8, 12, 8]
 */
export const upSampling2d = (size: number | readonly number[] = 2, options: LayerOptions = {}): UpSampling2D =>
  new UpSampling2D({ ...options, size });
