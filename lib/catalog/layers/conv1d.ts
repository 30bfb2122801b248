// Conv1D: windows of steps, each times a learned kernel.

import { Conv, type ConvOptions, type ConvSettings } from "./base/convolution.js";

/** See `conv1d`. */
export class Conv1D extends Conv {
  constructor(options: ConvSettings) {
    super(1, options);
  }
}

/**
 * Convolution over [batch, steps, channels]. Source: https://keras.io/api/layers/convolution_layers/convolution1d/
 *
 * @example
 * const y = conv1d(16, 3, { padding: "causal" })(input([100, 8])); // [null, 100, 16]
 */
export const conv1d = (filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}): Conv1D =>
  new Conv1D({ ...options, filters, kernelSize });
