// DepthwiseConv2D: every channel has kernels of its own.

import { Depthwise, type DepthwiseOptions } from "./base/depthwise.js";

/** See `depthwiseConv2d`. */
export class DepthwiseConv2D extends Depthwise {
  constructor(options: DepthwiseOptions & { readonly kernelSize: number | readonly number[] }) {
    super(2, options);
  }
}

/**
 * Convolves every channel by itself: [batch, rows, columns, channels] → [batch, rows', columns', channels · depthMultiplier].
 * Source: https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/
 *
 * @example
 * const y = depthwiseConv2d(3, { depthMultiplier: 2 })(input([28, 28, 8])); // [null, 26, 26, 16]
 */
export const depthwiseConv2d = (
  kernelSize: number | readonly number[],
  options: DepthwiseOptions = {},
): DepthwiseConv2D => new DepthwiseConv2D({ ...options, kernelSize });
