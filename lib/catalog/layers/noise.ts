// Gaussian noise and Gaussian dropout: while training, numbers are disturbed.

import type { LayerOptions } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, multiply, randomNormal } from "../ops/index.js";
import { CatalogLayer } from "./base.js";
import { requireRate } from "./checks.js";

type Seeded = LayerOptions & { readonly seed?: number | null | undefined };

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

/** See `gaussianDropout`. */
export class GaussianDropout extends CatalogLayer {
  static override readonly settings: readonly string[] = ["rate", "seed"];
  override readonly masking = "keeps" as const;
  readonly rate: number;
  readonly seed: number | null;

  constructor(options: Seeded & { readonly rate: number }) {
    super(options);
    this.rate = requireRate(this, "rate", options.rate);
    this.seed = options.seed ?? null;
  }

  override call(x: Tensor, mode: Mode): Tensor {
    if (!mode.training || this.rate === 0) return x;
    const stddev = Math.sqrt(this.rate / (1 - this.rate));
    return multiply(
      x,
      randomNormal(x.shape as readonly number[], { mean: 1, stddev, seed: mode.seed(this.seed), step: mode.step }),
    );
  }
}

/** While training, adds normally distributed noise. Source: https://keras.io/api/layers/regularization_layers/gaussian_noise/ */
export const gaussianNoise = (stddev: number, options: Seeded = {}): GaussianNoise =>
  new GaussianNoise({ ...options, stddev });
/** While training, multiplies by normally distributed noise around 1. Source: https://keras.io/api/layers/regularization_layers/gaussian_dropout/ */
export const gaussianDropout = (rate: number, options: Seeded = {}): GaussianDropout =>
  new GaussianDropout({ ...options, rate });
