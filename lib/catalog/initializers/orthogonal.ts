// Matrices whose columns (or rows) are orthonormal (Saxe et al. 2013): recurrent weights that neither grow nor shrink what they carry.

import { constant } from "../../graph/call.js";
import type { DType } from "../../graph/dtype.js";
import { ValueError } from "../../graph/errors.js";
import { evaluateReference } from "../../graph/reference.js";
import { sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer } from "../../graph/weight.js";
import { randomNormal } from "../ops/index.js";

/** An orthogonal matrix times `gain`; weights of higher rank are flattened to [all but the last, last]. */
export class Orthogonal implements Initializer {
  readonly className = "Orthogonal";
  readonly gain: number;
  readonly seed: number | null;

  constructor({ gain, seed }: { readonly gain?: unknown; readonly seed?: unknown } = {}) {
    this.gain = typeof gain === "number" ? gain : 1;
    this.seed = typeof seed === "number" ? seed : null;
  }

  build(shape: readonly number[], dtype: DType, seed: number): Tensor {
    if (shape.length < 2) throw new ValueError(`orthogonal initializes matrices, received shape [${shape.join(", ")}]`);
    const columns = shape.at(-1) as number;
    const rows = sizeOf(shape) / columns;
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    const [draws] = evaluateReference([randomNormal([short, long], { seed: this.seed ?? seed })], new Map(), 64);
    const vectors = Array.from({ length: short }, (_, i) =>
      Float64Array.from((draws as { data: Float64Array }).data.subarray(i * long, (i + 1) * long)),
    );
    orthonormalize(vectors);
    const data = new Float32Array(rows * columns);
    vectors.forEach((vector, i) => {
      vector.forEach((value, j) => {
        data[rows >= columns ? j * columns + i : i * columns + j] = value * this.gain;
      });
    });
    return constant({ shape, dtype, data });
  }

  getConfig(): Record<string, unknown> {
    return { gain: this.gain, seed: this.seed };
  }
}

/** Gram and Schmidt's method, twice over: once more is enough for full precision. */
function orthonormalize(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = vectors[j] as Float64Array;
        let dot = 0;
        for (let k = 0; k < vector.length; k++) dot += (vector[k] as number) * (other[k] as number);
        for (let k = 0; k < vector.length; k++) vector[k] = (vector[k] as number) - dot * (other[k] as number);
      }
    }
    let norm = 0;
    for (const value of vector) norm += value * value;
    norm = Math.sqrt(norm);
    for (let k = 0; k < vector.length; k++) vector[k] = (vector[k] as number) / norm;
  });
}

/** An orthogonal matrix times `gain` (1). */
export const orthogonal = (options: { gain?: number; seed?: number } = {}): Orthogonal => new Orthogonal(options);
