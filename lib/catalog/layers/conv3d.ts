// Conv3D: windows of volumes, each times a learned kernel.

import { Conv, type ConvOptions, type ConvSettings } from "./base/convolution.js";

/** See `conv3d`. */
export class Conv3D extends Conv {
  constructor(options: ConvSettings) {
    super(3, options);
  }
}

/**
 * Convolution over [batch, rows, columns, depth, channels]. Source: https://keras.io/api/layers/convolution_layers/convolution3d/
 *
 * @example
 * const y = conv3d(4, 3)(input([8, 8, 8, 2])); // [null, 6, 6, 6, 4]
 */
export const conv3d = (filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}): Conv3D =>
  new Conv3D({ ...options, filters, kernelSize });
