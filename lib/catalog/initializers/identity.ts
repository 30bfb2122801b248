// Ones on the diagonal.

import { constant } from "../../graph/call.js";
import type { DType } from "../../graph/dtype.js";
import { ValueError } from "../../graph/errors.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer } from "../../graph/weight.js";

/** The identity matrix times `gain`. */
export class Identity implements Initializer {
  readonly className = "Identity";
  readonly gain: number;

  constructor({ gain }: { readonly gain?: unknown } = {}) {
    this.gain = typeof gain === "number" ? gain : 1;
  }

  build(shape: readonly number[], dtype: DType): Tensor {
    if (shape.length !== 2) throw new ValueError(`identity initializes matrices, received shape [${shape.join(", ")}]`);
    const [rows, columns] = shape as [number, number];
    const data = new Float32Array(rows * columns);
    for (let i = 0; i < Math.min(rows, columns); i++) data[i * columns + i] = this.gain;
    return constant({ shape, dtype, data });
  }

  getConfig(): Record<string, unknown> {
    return { gain: this.gain };
  }
}

/** The identity matrix times `gain` (1). */
export const identity = (options: { gain?: number } = {}): Identity => new Identity(options);
