// GlobalAveragePooling2D: the mean of all rows and columns.

import { GlobalAverage, type GlobalPoolingOptions } from "./base/globalPooling.js";

/** See `globalAveragePooling2d`. */
export class GlobalAveragePooling2D extends GlobalAverage {
  constructor(options: GlobalPoolingOptions = {}) {
    super(2, options);
  }
}

/**
 * Mean over rows and columns: [batch, rows, columns, channels] → [batch, channels].
 *
 * @example
 * const y = globalAveragePooling2d()(input([7, 7, 64])); // [null, 64]
 */
export const globalAveragePooling2d = (options: GlobalPoolingOptions = {}): GlobalAveragePooling2D =>
  new GlobalAveragePooling2D(options);
