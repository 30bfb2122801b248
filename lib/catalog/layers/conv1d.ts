// Conv1D: windows of steps, each times a learned kernel.

import { Conv, type ConvOptions, type ConvSettings } from "./base/convolution.js";

/** See `conv1d`. */
export class Conv1D extends Conv {
  constructor(options: ConvSettings) {
    super(1, options);
  }
}

/** Convolution over [batch, steps, channels]. Source: https://keras.io/api/layers/convolution_layers/convolution1d/ */
export const conv1d = (filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}): Conv1D =>
  new Conv1D({ ...options, filters, kernelSize });
