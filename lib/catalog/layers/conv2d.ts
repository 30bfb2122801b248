// Conv2D: windows of images, each times a learned kernel.

import { Conv, type ConvOptions, type ConvSettings } from "./base/convolution.js";

/** See `conv2d`. */
export class Conv2D extends Conv {
  constructor(options: ConvSettings) {
    super(2, options);
  }
}

/**
 * Convolution over [batch, rows, columns, channels] → [batch, rows', columns', filters].
 * Source: https://keras.io/api/layers/convolution_layers/convolution2d/
 *
 * @example
 * const y = conv2d(32, 3, { activation: "relu" })(input([28, 28, 1])); // [null, 26, 26, 32]
 */
export const conv2d = (filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}): Conv2D =>
  new Conv2D({ ...options, filters, kernelSize });
