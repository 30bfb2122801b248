// GlobalMaxPooling3D: the largest of all three dimensions.

import { GlobalMax, type GlobalPoolingOptions } from "./base/globalPooling.js";

/** See `globalMaxPooling3d`. */
export class GlobalMaxPooling3D extends GlobalMax {
  constructor(options: GlobalPoolingOptions = {}) {
    super(3, options);
  }
}

/**
 * Maximum over all three dimensions.
 *
 * @example
 * const y = globalMaxPooling3d()(input([4, 4, 4, 8])); // [null, 8]
 */
export const globalMaxPooling3d = (options: GlobalPoolingOptions = {}): GlobalMaxPooling3D =>
  new GlobalMaxPooling3D(options);
