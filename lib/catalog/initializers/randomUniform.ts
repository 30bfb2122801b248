// Evenly distributed weights.

import type { Tensor } from "../../graph/tensor.js";
import { randomUniform as uniform } from "../ops/index.js";
import { type DrawOptions, Random, type SeedOptions } from "./random.js";

export interface UniformOptions extends SeedOptions {
  /** Default -0.05. */
  readonly minval?: number | undefined;
  /** Default 0.05. */
  readonly maxval?: number | undefined;
}

export class RandomUniform extends Random {
  readonly className = "RandomUniform";
  readonly minval: number;
  readonly maxval: number;

  constructor(options: UniformOptions = {}) {
    super("RandomUniform", options);
    this.minval = options.minval ?? -0.05;
    this.maxval = options.maxval ?? 0.05;
  }

  protected override draw(shape: readonly number[], options: DrawOptions): Tensor {
    return uniform(shape, { ...options, minval: this.minval, maxval: this.maxval });
  }

  override getConfig(): Record<string, unknown> {
    return { seed: this.seed, minval: this.minval, maxval: this.maxval };
  }
}

/** Uniform distribution between `minval` (-0.05) and `maxval` (0.05). Raises ValueError for a seed that is no whole number. */
export const randomUniform = (options?: UniformOptions): RandomUniform => new RandomUniform(options);
