// Small values for tests of the catalog, and their evaluation on the oracle.

import { constant } from "../../lib/graph/call.js";
import type { DType } from "../../lib/graph/dtype.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import type { Tensor } from "../../lib/graph/tensor.js";

/** A constant of these numbers. */
export function tensor(
  data: readonly number[],
  shape: readonly number[] = [data.length],
  dtype: DType = "float32",
): Tensor {
  return constant({ shape, dtype, data: dtype === "float32" ? Float32Array.from(data) : Int32Array.from(data) });
}

/** The numbers of a graph. */
export function numbers(x: Tensor, feeds: ReadonlyMap<Tensor, View> = new Map()): number[] {
  return [...(evaluateReference([x], feeds)[0] as View).data];
}
