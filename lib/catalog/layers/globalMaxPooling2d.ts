// GlobalMaxPooling2D: the largest of all rows and columns.

import { GlobalMax, type GlobalPoolingOptions } from "./base/globalPooling.js";

/** See `globalMaxPooling2d`. */
export class GlobalMaxPooling2D extends GlobalMax {
  constructor(options: GlobalPoolingOptions = {}) {
    super(2, options);
  }
}

/**
 * Maximum over rows and columns: [batch, rows, columns, channels] → [batch, channels].
 *
 * @example
 * const y = globalMaxPooling2d({ keepdims: true })(input([7, 7, 64])); // [null, 1, 1, 64]
 */
export const globalMaxPooling2d = (options: GlobalPoolingOptions = {}): GlobalMaxPooling2D =>
  new GlobalMaxPooling2D(options);
