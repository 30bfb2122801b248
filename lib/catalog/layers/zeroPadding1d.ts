// ZeroPadding1D: zeros before and after the steps.

import type { LayerOptions } from "../../graph/layer.js";
import type { Edges } from "./base/edges.js";
import { ZeroPadding } from "./base/zeroPadding.js";

/** See `zeroPadding1d`. */
export class ZeroPadding1D extends ZeroPadding {
  constructor(options: LayerOptions & { readonly padding?: Edges } = {}) {
    super(1, options);
  }
}

/**
 * Zeros before and after the steps of [batch, steps, channels].
 *
 * @example
 * const y = zeroPadding1d([1, 0])(input([10, 4])); // [null, 11, 4]
 */
export const zeroPadding1d = (padding: Edges = 1, options: LayerOptions = {}): ZeroPadding1D =>
  new ZeroPadding1D({ ...options, padding });
