// Dropout: numbers are dropped while training, each by itself or a stretch together.

import type { Tensor } from "../../graph/tensor.js";
import { DropoutLayer, type DropoutOptions } from "./base/dropoutLayer.js";

/** See `dropout`. */
export class Dropout extends DropoutLayer {
  static override readonly settings: readonly string[] = ["rate", "seed", "noise_shape"];
  readonly noiseShape: readonly (number | null)[] | null;

  constructor(options: DropoutOptions & { readonly rate: number }) {
    super(options);
    this.noiseShape = options.noiseShape ?? null;
  }

  protected override decisions(x: Tensor): readonly number[] {
    return x.shape.map((size, axis) => this.noiseShape?.[axis] ?? size) as number[];
  }
}

/**
 * While training, sets a share of `rate` of the inputs to 0 and scales the others by 1 / (1 - rate); otherwise does nothing.
 * Source: https://keras.io/api/layers/regularization_layers/dropout/
 *
 * @example
 * const y = dropout(0.5)(input([64]));
 */
export const dropout = (rate: number, options: DropoutOptions = {}): Dropout => new Dropout({ ...options, rate });
