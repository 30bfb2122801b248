// Normally distributed weights, without what lies beyond two standard deviations.

import type { Tensor } from "../../graph/tensor.js";
import { truncatedNormal as truncated } from "../ops/index.js";
import type { DrawOptions } from "./random.js";
import { type NormalOptions, RandomNormal } from "./randomNormal.js";

export class TruncatedNormal extends RandomNormal {
  override readonly className: string = "TruncatedNormal";

  constructor(options: NormalOptions = {}) {
    super(options, "TruncatedNormal");
  }

  protected override draw(shape: readonly number[], options: DrawOptions): Tensor {
    return truncated(shape, { ...options, mean: this.mean, stddev: this.stddev });
  }
}

/** randomNormal without what lies beyond two `stddev`; the spread of what remains is 0.88 · stddev. */
export const truncatedNormal = (options?: NormalOptions): TruncatedNormal => new TruncatedNormal(options);
