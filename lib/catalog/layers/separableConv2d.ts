// SeparableConv2D: every channel by itself, then all of them together.

import { Separable, type SeparableOptions, type SeparableSettings } from "./base/separable.js";

/** See `separableConv2d`. */
export class SeparableConv2D extends Separable {
  constructor(options: SeparableSettings) {
    super(2, options);
  }
}

/**
 * Convolves every channel by itself, then mixes the channels of every position: [batch, rows, columns, channels] → [batch, rows', columns', filters].
 * Source: https://keras.io/api/layers/convolution_layers/separable_convolution2d/
 *
 * @example
 * const y = separableConv2d(32, 3, { padding: "same" })(input([28, 28, 8])); // [null, 28, 28, 32]
 */
export const separableConv2d = (
  filters: number,
  kernelSize: number | readonly number[],
  options: SeparableOptions = {},
): SeparableConv2D => new SeparableConv2D({ ...options, filters, kernelSize });
