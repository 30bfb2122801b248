// Matrices whose columns (or rows) are orthonormal (Saxe et al. 2013): recurrent weights that neither grow nor shrink what they carry.

import { constant } from "../../graph/call.js";
import type { DType } from "../../graph/dtype.js";
import { ValueError } from "../../graph/errors.js";
import { sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, RowRange } from "../../graph/weight.js";
import { type OrthonormalRequest, orthonormal, orthonormalElsewhere } from "./orthonormal.js";

/** An orthogonal matrix times `gain`; weights of higher rank are flattened to [all but the last, last]. */
export class Orthogonal implements Initializer {
  readonly className = "Orthogonal";
  readonly gain: number;
  readonly seed: number | null;

  constructor({ gain, seed }: { readonly gain?: unknown; readonly seed?: unknown } = {}) {
    this.gain = typeof gain === "number" ? gain : 1;
    this.seed = typeof seed === "number" ? seed : null;
  }

  build(shape: readonly number[], dtype: DType, seed: number, rows?: RowRange): Tensor {
    const data = orthonormal(this.#request(shape, seed));
    if (!rows) return constant({ shape, dtype, data });
    const width = sizeOf(shape.slice(1));
    const own = data.slice(rows.start * width, (rows.start + rows.count) * width);
    return constant({ shape: [rows.count, ...shape.slice(1)], dtype, data: own });
  }

  async numbers(shape: readonly number[], seed: number): Promise<Float32Array> {
    return orthonormalElsewhere(this.#request(shape, seed));
  }

  #request(shape: readonly number[], seed: number): OrthonormalRequest {
    if (shape.length < 2) throw new ValueError(`orthogonal initializes matrices, received shape [${shape.join(", ")}]`);
    const columns = shape.at(-1) as number;
    return { rows: sizeOf(shape) / columns, columns, seed: this.seed ?? seed, gain: this.gain };
  }

  getConfig(): Record<string, unknown> {
    return { gain: this.gain, seed: this.seed };
  }
}

/** An orthogonal matrix times `gain` (1). */
export const orthogonal = (options: { gain?: number; seed?: number } = {}): Orthogonal => new Orthogonal(options);
