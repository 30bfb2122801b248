// Another dtype for the same numbers.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import type { DType } from "../../graph/dtype.js";
import type { Op } from "../../graph/op.js";
import type { Tensor } from "../../graph/tensor.js";
import { defineElementwise } from "./elementwise.js";

export const castOp: Op<{ readonly dtype: DType }> = defineElementwise<{ readonly dtype: DType }>({
  name: "cast",
  arity: 1,
  attrs: [{ dtype: "float32" }, { dtype: "int32" }, { dtype: "bool" }],
  dtype: (_inputs, { dtype }) => dtype,
  scalar([x], { dtype }) {
    if (dtype === "bool") return x === 0 ? 0 : 1;
    return dtype === "int32" ? Math.min(Math.max(Math.trunc(x), -0x80000000), 0x7fffffff) || 0 : x;
  },
  emit: (k, [x], { dtype }) => k.convert(x, dtype),
  vjp: (grad, _inputs, _output, { dtype }) => [dtype === "float32" ? grad : null],
});

/** x as `dtype`: to int32 it truncates (and stays within bounds; NaN is 0), to bool it asks `x ≠ 0`. */
export function cast(x: TensorLike, dtype: DType): Tensor {
  const tensor = toTensor(x);
  return tensor.dtype === dtype ? tensor : apply(castOp, [tensor], { dtype });
}
