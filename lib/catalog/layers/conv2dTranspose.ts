// Conv2DTranspose: a learned way from few positions to many.

import { ConvTranspose, type ConvTransposeOptions, type ConvTransposeSettings } from "./base/convolutionTranspose.js";

/** See `conv2dTranspose`. */
export class Conv2DTranspose extends ConvTranspose {
  constructor(options: ConvTransposeSettings) {
    super(2, options);
  }
}

/**
 * The transpose of a convolution, for going from few positions to many: [batch, rows, columns, channels] → [batch, rows', columns', filters].
 * Source: https://keras.io/api/layers/convolution_layers/convolution2d_transpose/
 *
 * @example
 * const y = conv2dTranspose(8, 3, { strides: 2, padding: "same" })(input([7, 7, 16])); // [null, 14, 14, 8]
 */
export const conv2dTranspose = (
  filters: number,
  kernelSize: number | readonly number[],
  options: ConvTransposeOptions = {},
): Conv2DTranspose => new Conv2DTranspose({ ...options, filters, kernelSize });
