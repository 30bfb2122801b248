// Conv1DTranspose: a learned way from few positions to many.

import { ConvTranspose, type ConvTransposeOptions, type ConvTransposeSettings } from "./base/convolutionTranspose.js";

/** See `conv1dTranspose`. */
export class Conv1DTranspose extends ConvTranspose {
  constructor(options: ConvTransposeSettings) {
    super(1, options);
  }
}

/**
 * The transpose of a convolution, for going from few positions to many: [batch, steps, channels] → [batch, steps', filters].
 * Source: https://keras.io/api/layers/convolution_layers/convolution1d_transpose/
 *
 * @example
 * const y = conv1dTranspose(8, 3, { strides: 2, padding: "same" })(input([10, 4])); // [null, 20, 8]
 */
export const conv1dTranspose = (
  filters: number,
  kernelSize: number | readonly number[],
  options: ConvTransposeOptions = {},
): Conv1DTranspose => new Conv1DTranspose({ ...options, filters, kernelSize });
