// Where the numbers of weights are: the graph itself holds none, so what does is plugged in here.

import type { NdArray } from "ndarray";
import type { Weight } from "./weight.js";

/** Reads and writes the numbers of weights; `train` plugs it in, since the graph itself holds none. */
export interface WeightAccess {
  read(weight: Weight): Promise<NdArray<Float32Array | Int32Array>>;
  /** Checks all values before the first is written. */
  write(weights: readonly Weight[], values: readonly unknown[]): Promise<void>;
  /** Data as users write it, called `name` in errors. */
  numbers(
    name: string,
    data: unknown,
  ): Promise<{ readonly shape: readonly number[]; readonly data: ArrayLike<number> }>;
}

export const weightAccess: { access: WeightAccess | null } = { access: null };

/** What reads and writes numbers. */
export function numbers(): WeightAccess {
  if (!weightAccess.access) throw new Error("import weft before reading a layer's weights");
  return weightAccess.access;
}
