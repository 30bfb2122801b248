// The largest elements, in order.

import { type TensorLike, toTensor } from "../../graph/call.js";
import { ValueError } from "../../graph/errors.js";
import { showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { equal } from "./equal.js";
import { iota } from "./iota.js";
import { argmax, sum } from "./reduce.js";
import { stack } from "./stack.js";
import { where } from "./where.js";

/**
 * The `k` largest elements of the last dimension, largest first, and their places (int32); among equals the first place wins.
 * Costs k passes: meant for a few of many.
 */
export function topK(x: TensorLike, k: number): [values: Tensor, indices: Tensor] {
  const tensor = toTensor(x);
  const width = tensor.shape.at(-1);
  if (!Number.isInteger(k) || k < 1 || typeof width !== "number" || k > width) {
    throw new ValueError(`topK can't take ${k} of the last dimension of ${showShape(tensor.shape)}`);
  }
  const places = iota([width], 0);
  const values: Tensor[] = [];
  const indices: Tensor[] = [];
  let rest = tensor;
  for (let round = 0; round < k; round++) {
    const index = argmax(rest, { axis: -1, keepdims: true });
    const chosen = equal(places, index);
    values.push(sum(where(chosen, tensor, 0), { axis: -1 }));
    indices.push(sum(where(chosen, places, 0), { axis: -1 }));
    rest = where(chosen, tensor.dtype === "float32" ? Number.NEGATIVE_INFINITY : -0x80000000, rest);
  }
  return [stack(values, { axis: -1 }), stack(indices, { axis: -1 })];
}
