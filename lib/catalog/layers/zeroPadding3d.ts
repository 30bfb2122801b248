// ZeroPadding3D: zeros around volumes.

import type { LayerOptions } from "../../graph/layer.js";
import type { Edges } from "./base/edges.js";
import { ZeroPadding } from "./base/zeroPadding.js";

/** See `zeroPadding3d`. */
export class ZeroPadding3D extends ZeroPadding {
  constructor(options: LayerOptions & { readonly padding?: Edges } = {}) {
    super(3, options);
  }
}

/**
 * Zeros around [batch, rows, columns, depth, channels].
 *
 * @example
 * const y = zeroPadding3d(1)(input([8, 8, 8, 2])); // [null, 10, 10, 10, 2]
 */
export const zeroPadding3d = (padding: Edges = 1, options: LayerOptions = {}): ZeroPadding3D =>
  new ZeroPadding3D({ ...options, padding });
