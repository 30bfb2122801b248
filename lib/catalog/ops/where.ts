// One of two numbers, chosen by a truth.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { type DType, promote } from "../../graph/dtype.js";
import type { Op } from "../../graph/op.js";
import type { Tensor } from "../../graph/tensor.js";
import { defineElementwise, toTensors } from "./elementwise.js";

export const whereOp: Op<null> = defineElementwise({
  name: "where",
  arity: 3,
  inputs: ["bool"],
  dtype: ([, a, b]) => promote(a as DType, b as DType),
  operands: () => null,
  scalar: ([condition, a, b]) => (condition !== 0 ? a : b),
  emit(k, [condition, a, b]) {
    const common = promote(a.dtype, b.dtype);
    return k.select(k.convert(condition, "bool"), k.convert(a, common), k.convert(b, common));
  },
  vjp: (grad, [condition]) => [null, where(condition, grad, 0), where(condition, 0, grad)],
});

/** a where `condition` is true, b elsewhere. */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  return apply(whereOp, [toTensor(condition, "bool"), ...toTensors(a, b)], null);
}
