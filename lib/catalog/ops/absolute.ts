// |x|; its slope at 0 is 0.

import type { Op } from "../../graph/op.js";
import { asNumber, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";
import { sign } from "./sign.js";

export const absoluteOp: Op<null> = defineElementwise({
  name: "absolute",
  arity: 1,
  dtype: asNumber,
  operands: asNumber,
  scalar: ([x]) => Math.abs(x),
  emit: (k, [x]) => k.abs(x),
  vjp: (grad, [x]) => [multiply(grad, sign(x))],
});

/** |x|, elementwise. */
export const absolute: ReturnType<typeof unary> = unary(absoluteOp);
