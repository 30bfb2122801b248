// GaussianDropout: while training, numbers are multiplied by noise around 1.

import type { Mode } from "../../graph/mode.js";
import type { Tensor } from "../../graph/tensor.js";
import { multiply, randomNormal } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { requireRate } from "./base/checks.js";
import type { Seeded } from "./base/dropoutLayer.js";

/** See `gaussianDropout`. */
export class GaussianDropout extends CatalogLayer {
  static override readonly settings: readonly string[] = ["rate", "seed"];
  override readonly masking = "keeps" as const;
  readonly rate: number;
  readonly seed: number | null;

  constructor(options: Seeded & { readonly rate: number }) {
    super(options);
    this.rate = requireRate(this, "rate", options.rate, false);
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

/**
 * While training, multiplies by normally distributed noise around 1. Source: https://keras.io/api/layers/regularization_layers/gaussian_dropout/
 *
 * @example
 * const y = gaussianDropout(0.3)(input([8])); // [null, 8]
 */
export const gaussianDropout = (rate: number, options: Seeded = {}): GaussianDropout =>
  new GaussianDropout({ ...options, rate });
