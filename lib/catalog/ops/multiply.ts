// a * b, with broadcasting.

import type { Op } from "../../graph/op.js";
import { asNumber, binary, defineElementwise } from "./elementwise.js";

export const multiplyOp: Op<null> = defineElementwise({
  name: "multiply",
  arity: 2,
  dtype: asNumber,
  operands: asNumber,
  scalar: ([a, b]) => a * b,
  emit: (k, [a, b]) => k.mul(a, b),
  vjp: (grad, [a, b]) => [multiply(grad, b), multiply(grad, a)],
});

/** a * b, elementwise. */
export const multiply: ReturnType<typeof binary> = binary(multiplyOp);
