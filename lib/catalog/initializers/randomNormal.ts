// Normally distributed weights.

import type { Tensor } from "../../graph/tensor.js";
import { randomNormal as normal } from "../ops/index.js";
import { type DrawOptions, Random, type SeedOptions } from "./random.js";

export interface NormalOptions extends SeedOptions {
  /** Default 0. */
  readonly mean?: number | undefined;
  /** Default 0.05. */
  readonly stddev?: number | undefined;
}

export class RandomNormal extends Random {
  readonly className: string = "RandomNormal";
  readonly mean: number;
  readonly stddev: number;

  constructor(options: NormalOptions = {}, className = "RandomNormal") {
    super(className, options);
    this.mean = options.mean ?? 0;
    this.stddev = options.stddev ?? 0.05;
  }

  protected override draw(shape: readonly number[], options: DrawOptions): Tensor {
    return normal(shape, { ...options, mean: this.mean, stddev: this.stddev });
  }

  override getConfig(): Record<string, unknown> {
    return { seed: this.seed, mean: this.mean, stddev: this.stddev };
  }
}

/** Normal distribution of a mean (0) and a spread (0.05). Raises ValueError for a seed that is no whole number. */
export const randomNormal = (options?: NormalOptions): RandomNormal => new RandomNormal(options);
