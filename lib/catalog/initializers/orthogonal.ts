// Matrices whose columns (or rows) are orthonormal (Saxe et al. 2013): recurrent weights that neither grow nor shrink what they carry.

import { constant } from "../../graph/call.js";
import type { DType } from "../../graph/dtype.js";
import { ShapeError } from "../../graph/errors.js";
import { showShape, sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, RowRange } from "../../graph/weight.js";
import { type OrthonormalRequest, orthonormal, orthonormalElsewhere } from "./orthonormal.js";
import { rowsOf, type SeedOptions, seedOf } from "./random.js";

export interface OrthogonalOptions extends SeedOptions {
  /** Length of the vectors. Default 1. */
  readonly gain?: number | undefined;
}

export class Orthogonal implements Initializer {
  readonly className = "Orthogonal";
  readonly gain: number;
  readonly seed: number | null;

  /** Raises ValueError for a seed that is no whole number. */
  constructor(options: OrthogonalOptions = {}) {
    this.gain = options.gain ?? 1;
    this.seed = seedOf("Orthogonal", options.seed);
  }

  build(shape: readonly number[], dtype: DType, seed: number, rows?: RowRange): Tensor {
    return rowsOf(constant({ shape, dtype, data: orthonormal(this.#request(shape, seed)) }), rows);
  }

  async numbers(shape: readonly number[], seed: number): Promise<Float32Array> {
    return orthonormalElsewhere(this.#request(shape, seed));
  }

  #request(shape: readonly number[], seed: number): OrthonormalRequest {
    if (shape.length < 2)
      throw new ShapeError(`orthogonal initializes matrices, received a weight ${showShape(shape)}`);
    const columns = shape.at(-1) as number;
    return { rows: sizeOf(shape) / columns, columns, seed: this.seed ?? seed, gain: this.gain };
  }

  getConfig(): Record<string, unknown> {
    return { seed: this.seed, gain: this.gain };
  }
}

/**
 * An orthogonal matrix times `gain` (1); weights of higher rank count as [all but the last, last]. Raises ShapeError, when used, for a
 * weight of rank below 2.
 */
export const orthogonal = (options?: OrthogonalOptions): Orthogonal => new Orthogonal(options);
