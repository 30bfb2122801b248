// Conv3DTranspose: a learned way from few positions to many.

import { ConvTranspose, type ConvTransposeOptions, type ConvTransposeSettings } from "./base/convolutionTranspose.js";

/** See `conv3dTranspose`. */
export class Conv3DTranspose extends ConvTranspose {
  constructor(options: ConvTransposeSettings) {
    super(3, options);
  }
}

/**
 * The transpose of a convolution, for going from few positions to many: [batch, rows, columns, depth, channels] → [batch, rows', columns', depth', filters].
 * Source: https://keras.io/api/layers/convolution_layers/convolution3d_transpose/
 *
 * @example
 * const y = conv3dTranspose(4, 2, { strides: 2 })(input([4, 4, 4, 8])); // [null, 8, 8, 8, 4]
 */
export const conv3dTranspose = (
  filters: number,
  kernelSize: number | readonly number[],
  options: ConvTransposeOptions = {},
): Conv3DTranspose => new Conv3DTranspose({ ...options, filters, kernelSize });
