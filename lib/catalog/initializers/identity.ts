// Ones on the diagonal.

import type { DType } from "../../graph/dtype.js";
import { ValueError } from "../../graph/errors.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, RowRange } from "../../graph/weight.js";
import { add, cast, equal, iota, where } from "../ops/index.js";

/** The identity matrix times `gain`. */
export class Identity implements Initializer {
  readonly className = "Identity";
  readonly gain: number;

  constructor({ gain }: { readonly gain?: unknown } = {}) {
    this.gain = typeof gain === "number" ? gain : 1;
  }

  build(shape: readonly number[], dtype: DType, _seed: number, part?: RowRange): Tensor {
    if (shape.length !== 2) throw new ValueError(`identity initializes matrices, received shape [${shape.join(", ")}]`);
    const [rows, columns] = shape as [number, number];
    const wanted = [part?.count ?? rows, columns];
    const onDiagonal = equal(add(iota(wanted, 0), part?.start ?? 0), iota(wanted, 1));
    return cast(where(onDiagonal, this.gain, 0), dtype);
  }

  getConfig(): Record<string, unknown> {
    return { gain: this.gain };
  }
}

/** The identity matrix times `gain` (1). */
export const identity = (options: { gain?: number } = {}): Identity => new Identity(options);
