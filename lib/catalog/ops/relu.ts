// max(x, 0), with slope 0 at 0.

import type { Op } from "../../graph/op.js";
import { asNumber, defineElementwise, unary } from "./elementwise.js";
import { greater } from "./greater.js";
import { where } from "./where.js";

export const reluOp: Op<null> = defineElementwise({
  name: "relu",
  arity: 1,
  dtype: asNumber,
  operands: asNumber,
  scalar: ([x]) => Math.max(x, 0),
  emit: (k, [x]) => k.max(x, k.constant(0, x.dtype)),
  // By the output, so that the input need not be kept.
  vjp: (grad, _inputs, output) => [where(greater(output, 0), grad, 0)],
});

/** max(x, 0), elementwise. */
export const relu: ReturnType<typeof unary> = unary(reluOp);
