// GlobalMaxPooling1D: the largest of all steps.

import { GlobalMax, type GlobalPoolingOptions } from "./base/globalPooling.js";

/** See `globalMaxPooling1d`. */
export class GlobalMaxPooling1D extends GlobalMax {
  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options);
  }
}

/**
 * Maximum over all steps: [batch, steps, channels] → [batch, channels].
 *
 * @example
 * const y = globalMaxPooling1d()(input([10, 8])); // [null, 8]
 */
export const globalMaxPooling1d = (options: GlobalPoolingOptions = {}): GlobalMaxPooling1D =>
  new GlobalMaxPooling1D(options);
