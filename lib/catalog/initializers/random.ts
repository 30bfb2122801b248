// Initializers that draw every element from one distribution.

import type { DType } from "../../graph/dtype.js";
import { sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, RowRange } from "../../graph/weight.js";
import { cast, randomNormal as normal, truncatedNormal as truncated, randomUniform as uniform } from "../ops/index.js";

/** Keras's settings of these initializers. */
export type RandomConfig = Readonly<Record<string, unknown>>;

/** Shape of the rows wanted, and the number of their first element. */
export function piece(shape: readonly number[], rows?: RowRange): { shape: readonly number[]; offset: number } {
  if (!rows) return { shape, offset: 0 };
  return { shape: [rows.count, ...shape.slice(1)], offset: rows.start * sizeOf(shape.slice(1)) };
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);

abstract class Random implements Initializer {
  abstract readonly className: string;
  readonly seed: number | null;

  constructor(config: RandomConfig = {}) {
    this.seed = typeof config["seed"] === "number" ? config["seed"] : null;
  }

  build(shape: readonly number[], dtype: DType, seed: number, rows?: RowRange): Tensor {
    const { shape: wanted, offset } = piece(shape, rows);
    return cast(this.draw(wanted, { seed: this.seed ?? seed, offset }), dtype);
  }

  protected abstract draw(shape: readonly number[], options: { seed: number; offset: number }): Tensor;
  abstract getConfig(): Record<string, unknown>;
}

/** Normal distribution. */
export class RandomNormal extends Random {
  readonly className: string = "RandomNormal";
  readonly mean: number;
  readonly stddev: number;

  constructor(config: RandomConfig = {}) {
    super(config);
    this.mean = numberOr(config["mean"], 0);
    this.stddev = numberOr(config["stddev"], 0.05);
  }

  protected override draw(shape: readonly number[], options: { seed: number; offset: number }): Tensor {
    return normal(shape, { ...options, mean: this.mean, stddev: this.stddev });
  }

  override getConfig(): Record<string, unknown> {
    return { mean: this.mean, stddev: this.stddev, seed: this.seed };
  }
}

/** Normal distribution without what lies beyond two standard deviations. */
export class TruncatedNormal extends RandomNormal {
  override readonly className: string = "TruncatedNormal";

  protected override draw(shape: readonly number[], options: { seed: number; offset: number }): Tensor {
    return truncated(shape, { ...options, mean: this.mean, stddev: this.stddev });
  }
}

/** Uniform distribution. */
export class RandomUniform extends Random {
  readonly className = "RandomUniform";
  readonly minval: number;
  readonly maxval: number;

  constructor(config: RandomConfig = {}) {
    super(config);
    this.minval = numberOr(config["minval"], -0.05);
    this.maxval = numberOr(config["maxval"], 0.05);
  }

  protected override draw(shape: readonly number[], options: { seed: number; offset: number }): Tensor {
    return uniform(shape, { ...options, minval: this.minval, maxval: this.maxval });
  }

  override getConfig(): Record<string, unknown> {
    return { minval: this.minval, maxval: this.maxval, seed: this.seed };
  }
}

/** Normal distribution of a mean (0) and a spread (0.05). */
export const randomNormal = (options: { mean?: number; stddev?: number; seed?: number } = {}): RandomNormal =>
  new RandomNormal(options);
/** The same without what lies beyond two standard deviations. */
export const truncatedNormal = (options: { mean?: number; stddev?: number; seed?: number } = {}): TruncatedNormal =>
  new TruncatedNormal(options);
/** Uniform distribution between `minval` (-0.05) and `maxval` (0.05). */
export const randomUniform = (options: { minval?: number; maxval?: number; seed?: number } = {}): RandomUniform =>
  new RandomUniform(options);
