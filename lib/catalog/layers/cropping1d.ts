// Cropping1D: steps cut off at both ends.

import type { LayerOptions } from "../../graph/layer.js";
import { Cropping } from "./base/cropping.js";
import type { Edges } from "./base/edges.js";

/** See `cropping1d`. */
export class Cropping1D extends Cropping {
  static override readonly settings: readonly string[] = ["cropping"];

  constructor(options: LayerOptions & { readonly cropping?: Edges } = {}) {
    super(1, options);
  }
}

/**
 * Cuts steps off both ends.
 *
 * @example
 * const y = cropping1d([1, 2])(input([10, 4])); // [null, 7, 4]
 */
export const cropping1d = (cropping: Edges = 1, options: LayerOptions = {}): Cropping1D =>
  new Cropping1D({ ...options, cropping });
