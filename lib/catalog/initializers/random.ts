// Base of initializers that draw every element from one distribution, and what all initializers share: seeds, and weights in pieces.

import type { DType } from "../../graph/dtype.js";
import { asWritten, ValueError } from "../../graph/errors.js";
import { sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, RowRange } from "../../graph/weight.js";
import { cast, sliceAxis } from "../ops/index.js";

export interface SeedOptions {
  /** The same seed gives the same numbers, also in other weights of the shape. Default: one of the weight's own. */
  readonly seed?: number | null | undefined;
}

/** What a function that draws numbers needs. */
export interface DrawOptions {
  readonly seed: number;
  readonly offset: number;
}

/** A seed as options or Keras's configs have it (there it may be a generator's config); null for none. Raises ValueError. */
export function seedOf(who: string, given: unknown): number | null {
  if (given === undefined || given === null) return null;
  const generator = given as { readonly config?: { readonly seed?: unknown } };
  const seed = typeof given === "object" && generator.config ? generator.config.seed : given;
  if (Number.isInteger(seed)) return seed as number;
  throw new ValueError(`${who}: seed must be a whole number, received ${asWritten(given)}`);
}

/** Shape of the rows wanted, and the number of their first element. */
export function piece(shape: readonly number[], rows?: RowRange): { shape: readonly number[]; offset: number } {
  if (!rows) return { shape, offset: 0 };
  return { shape: [rows.count, ...shape.slice(1)], offset: rows.start * sizeOf(shape.slice(1)) };
}

/** The rows wanted of a weight that can only be made as a whole. */
export const rowsOf = (whole: Tensor, rows?: RowRange): Tensor =>
  rows ? sliceAxis(whole, 0, rows.start, rows.start + rows.count) : whole;

export abstract class Random implements Initializer {
  abstract readonly className: string;
  readonly seed: number | null;

  /** Raises ValueError for a seed that is no whole number. */
  constructor(className: string, { seed }: SeedOptions) {
    this.seed = seedOf(className, seed);
  }

  build(shape: readonly number[], dtype: DType, seed: number, rows?: RowRange): Tensor {
    const { shape: wanted, offset } = piece(shape, rows);
    return cast(this.draw(wanted, { seed: this.seed ?? seed, offset }, shape), dtype);
  }

  /** Elements of `shape`; `whole` is the shape of the weight that they are a piece of. */
  protected abstract draw(shape: readonly number[], options: DrawOptions, whole: readonly number[]): Tensor;
  abstract getConfig(): Record<string, unknown>;
}
