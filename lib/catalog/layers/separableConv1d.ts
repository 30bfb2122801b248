// SeparableConv1D: every channel by itself, then all of them together.

import { Separable, type SeparableOptions, type SeparableSettings } from "./base/separable.js";

/** See `separableConv1d`. */
export class SeparableConv1D extends Separable {
  constructor(options: SeparableSettings) {
    super(1, options);
  }
}

/**
 * Convolves every channel by itself, then mixes the channels of every position: [batch, steps, channels] → [batch, steps', filters].
 * Source: https://keras.io/api/layers/convolution_layers/separable_convolution1d/
 *
 * @example
 * const y = separableConv1d(16, 3)(input([10, 4])); // [null, 8, 16]
 */
export const separableConv1d = (
  filters: number,
  kernelSize: number | readonly number[],
  options: SeparableOptions = {},
): SeparableConv1D => new SeparableConv1D({ ...options, filters, kernelSize });
