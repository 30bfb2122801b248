// UpSampling3D: every row, column and slice several times.

import type { LayerOptions } from "../../graph/layer.js";
import { UpSampling } from "./base/upSampling.js";

/** See `upSampling3d`. */
export class UpSampling3D extends UpSampling {
  static override readonly settings: readonly string[] = ["size", "data_format"];

  constructor(options: LayerOptions & { readonly size?: number | readonly number[] } = {}) {
    super(3, options);
  }
}

/**
 * Every row, column and slice of depth `size` times.
 *
 * @example
 * const y = upSampling3d([1, 2, 3])(input([4, 4, 4, 8])); // [null, 4, 8, 12, 8]
 */
export const upSampling3d = (size: number | readonly number[] = 2, options: LayerOptions = {}): UpSampling3D =>
  new UpSampling3D({ ...options, size });
