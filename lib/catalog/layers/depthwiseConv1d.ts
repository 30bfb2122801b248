// DepthwiseConv1D: every channel has kernels of its own.

import { Depthwise, type DepthwiseOptions } from "./base/depthwise.js";

/** See `depthwiseConv1d`. */
export class DepthwiseConv1D extends Depthwise {
  constructor(options: DepthwiseOptions & { readonly kernelSize: number | readonly number[] }) {
    super(1, options);
  }
}

/**
 * Convolves every channel by itself: [batch, steps, channels] → [batch, steps', channels · depthMultiplier].
 * Source: https://keras.io/api/layers/convolution_layers/depthwise_convolution1d/
 *
 * @example
 * const y = depthwiseConv1d(3)(input([10, 4])); // [null, 8, 4]
 */
export const depthwiseConv1d = (
  kernelSize: number | readonly number[],
  options: DepthwiseOptions = {},
): DepthwiseConv1D => new DepthwiseConv1D({ ...options, kernelSize });
