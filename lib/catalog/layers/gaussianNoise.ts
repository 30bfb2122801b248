// GaussianNoise: while training, numbers are disturbed.

import type { Mode } from "../../graph/mode.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, randomNormal } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import type { Seeded } from "./base/dropoutLayer.js";

/** See `gaussianNoise`. */
export class GaussianNoise extends CatalogLayer {
  static override readonly settings: readonly string[] = ["stddev", "seed"];
  override readonly masking = "keeps" as const;
  readonly stddev: number;
  readonly seed: number | null;

  constructor(options: Seeded & { readonly stddev: number }) {
    super(options);
    this.stddev = options.stddev;
    this.seed = options.seed ?? null;
  }

  override call(x: Tensor, mode: Mode): Tensor {
    if (!mode.training || this.stddev === 0) return x;
    return add(
      x,
      randomNormal(x.shape as readonly number[], { stddev: this.stddev, seed: mode.seed(this.seed), step: mode.step }),
    );
  }
}

/**
 * While training, adds normally distributed noise. Source: https://keras.io/api/layers/regularization_layers/gaussian_noise/
 *
 * @example
 * const y = gaussianNoise(0.1)(input([8])); // [null, 8]
 */
export const gaussianNoise = (stddev: number, options: Seeded = {}): GaussianNoise =>
  new GaussianNoise({ ...options, stddev });
