// AlphaDropout: dropout that keeps mean and variance, for networks of selu.

import type { Mode } from "../../graph/mode.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, multiply, randomBernoulli, where } from "../ops/index.js";
import { requireRate } from "./base/checks.js";
import type { DropoutOptions } from "./base/dropoutLayer.js";
import { Dropout } from "./dropout.js";

// What selu tends to for very negative numbers.
const floor = -1.6732632423543772 * 1.0507009873554805;

/** See `alphaDropout`. */
export class AlphaDropout extends Dropout {
  constructor(options: DropoutOptions & { readonly rate: number }) {
    super(options);
    requireRate(this, "rate", options.rate, false);
  }

  override call(x: Tensor, mode: Mode): Tensor {
    const { rate } = this;
    if (!mode.training || rate === 0) return x;
    const shape = this.decisions(x);
    const kept = randomBernoulli(shape, { probability: 1 - rate, seed: mode.seed(this.seed), step: mode.step });
    const scale = ((1 - rate) * (1 + rate * floor ** 2)) ** -0.5;
    return add(multiply(where(kept, x, floor), scale), -scale * floor * rate);
  }
}

/**
 * While training, sets a share of `rate` of the inputs to selu's lowest value, and keeps mean and variance of all (Klambauer et al. 2017);
 * otherwise does nothing. Source: https://keras.io/api/layers/regularization_layers/alpha_dropout/
 *
 * @example
 * const y = alphaDropout(0.1)(input([64])); // [null, 64]
 */
export const alphaDropout = (rate: number, options: DropoutOptions = {}): AlphaDropout =>
  new AlphaDropout({ ...options, rate });
