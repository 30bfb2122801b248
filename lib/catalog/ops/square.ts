// A number times itself.

import type { Op } from "../../graph/op.js";
import { asNumber, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";

export const squareOp: Op<null> = defineElementwise({
  name: "square",
  arity: 1,
  dtype: asNumber,
  operands: asNumber,
  scalar: ([x]) => x * x,
  emit: (k, [x]) => k.mul(x, x),
  vjp: (grad, [x]) => [multiply(grad, multiply(x, 2))],
});

/** x², elementwise. */
export const square: ReturnType<typeof unary> = unary(squareOp);
