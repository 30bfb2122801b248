// UpSampling1D: every step several times.

import type { LayerOptions } from "../../graph/layer.js";
import { UpSampling } from "./base/upSampling.js";

/** See `upSampling1d`. */
export class UpSampling1D extends UpSampling {
  static override readonly settings: readonly string[] = ["size"];

  constructor(options: LayerOptions & { readonly size?: number } = {}) {
    super(1, options);
  }
}

/**
 * Every step `size` times.
 *
 * @example
 * const y = upSampling1d(2)(input([10, 8])); // [null, 20, 8]
 */
export const upSampling1d = (size = 2, options: LayerOptions = {}): UpSampling1D =>
  new UpSampling1D({ ...options, size });
