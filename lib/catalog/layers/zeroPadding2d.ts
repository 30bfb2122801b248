// ZeroPadding2D: zeros around images.

import type { LayerOptions } from "../../graph/layer.js";
import type { Edges } from "./base/edges.js";
import { ZeroPadding } from "./base/zeroPadding.js";

/** See `zeroPadding2d`. */
export class ZeroPadding2D extends ZeroPadding {
  constructor(options: LayerOptions & { readonly padding?: Edges } = {}) {
    super(2, options);
  }
}

/**
 * Zeros around [batch, rows, columns, channels].
 *
 * @example
 * const y = zeroPadding2d(1)(input([28, 28, 3])); // [null, 30, 30, 3]
 */
export const zeroPadding2d = (padding: Edges = 1, options: LayerOptions = {}): ZeroPadding2D =>
  new ZeroPadding2D({ ...options, padding });
