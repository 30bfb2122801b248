// GlobalAveragePooling3D: the mean of all three dimensions.

import { GlobalAverage, type GlobalPoolingOptions } from "./base/globalPooling.js";

/** See `globalAveragePooling3d`. */
export class GlobalAveragePooling3D extends GlobalAverage {
  constructor(options: GlobalPoolingOptions = {}) {
    super(3, options);
  }
}

/**
 * Mean over all three dimensions.
 *
 * @example
 * const y = globalAveragePooling3d()(input([4, 4, 4, 8])); // [null, 8]
 */
export const globalAveragePooling3d = (options: GlobalPoolingOptions = {}): GlobalAveragePooling3D =>
  new GlobalAveragePooling3D(options);
