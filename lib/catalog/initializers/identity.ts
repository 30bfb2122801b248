// Ones on the diagonal.

import type { DType } from "../../graph/dtype.js";
import { ShapeError } from "../../graph/errors.js";
import { showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, RowRange } from "../../graph/weight.js";
import { add, cast, equal, iota, where } from "../ops/index.js";
import { piece } from "./random.js";

export interface IdentityOptions {
  /** What stands on the diagonal. Default 1. */
  readonly gain?: number | undefined;
}

export class Identity implements Initializer {
  readonly className = "Identity";
  readonly gain: number;

  constructor(options: IdentityOptions = {}) {
    this.gain = options.gain ?? 1;
  }

  build(shape: readonly number[], dtype: DType, _seed: number, rows?: RowRange): Tensor {
    if (shape.length !== 2)
      throw new ShapeError(`identity initializes matrices, received a weight ${showShape(shape)}`);
    const { shape: wanted } = piece(shape, rows);
    const isDiagonal = equal(add(iota(wanted, 0), rows?.start ?? 0), iota(wanted, 1));
    return cast(where(isDiagonal, this.gain, 0), dtype);
  }

  // Keras's own config forgets the gain, but reads it.
  getConfig(): Record<string, unknown> {
    return { gain: this.gain };
  }
}

/** The identity matrix times `gain` (1). Raises ShapeError, when used, for a weight that is no matrix. */
export const identity = (options?: IdentityOptions): Identity => new Identity(options);
