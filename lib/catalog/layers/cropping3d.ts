// Cropping3D: volumes cut off at the edges.

import type { LayerOptions } from "../../graph/layer.js";
import { Cropping } from "./base/cropping.js";
import type { Edges } from "./base/edges.js";

/** See `cropping3d`. */
export class Cropping3D extends Cropping {
  constructor(options: LayerOptions & { readonly cropping?: Edges } = {}) {
    super(3, options);
  }
}

/**
 * Cuts off the edges of [batch, rows, columns, depth, channels].
 *
 * @example
 * const y = cropping3d(2)(input([8, 8, 8, 2])); // [null, 4, 4, 4, 2]
 */
export const cropping3d = (cropping: Edges = 0, options: LayerOptions = {}): Cropping3D =>
  new Cropping3D({ ...options, cropping });
