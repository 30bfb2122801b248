// Cropping2D: rows and columns cut off at the edges.

import type { LayerOptions } from "../../graph/layer.js";
import { Cropping } from "./base/cropping.js";
import type { Edges } from "./base/edges.js";

/** See `cropping2d`. */
export class Cropping2D extends Cropping {
  constructor(options: LayerOptions & { readonly cropping?: Edges } = {}) {
    super(2, options);
  }
}

/**
 * Cuts rows and columns off.
 *
 * @example
 * const y = cropping2d(2)(input([28, 28, 3])); // [null, 24, 24, 3]
 */
export const cropping2d = (cropping: Edges = 0, options: LayerOptions = {}): Cropping2D =>
  new Cropping2D({ ...options, cropping });
