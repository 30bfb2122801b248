// GlobalMaxPooling1D: the largest of all steps.

import { GlobalMax, type GlobalPoolingOptions } from "./base/globalPooling.js";

/** See `globalMaxPooling1d`. */
export class GlobalMaxPooling1D extends GlobalMax {
  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options);
  }
}

/** Maximum over all steps: [batch, steps, channels] → [batch, channels]. */
export const globalMaxPooling1d = (options: GlobalPoolingOptions = {}): GlobalMaxPooling1D =>
  new GlobalMaxPooling1D(options);
