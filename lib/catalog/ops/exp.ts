// The exponential.

import type { Op } from "../../graph/op.js";
import { expLanes } from "./approximations.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";

export const expOp: Op<null> = defineElementwise({
  name: "exp",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => Math.exp(x),
  emit: (k, [x]) => expLanes(k, x),
  vjp: (grad, _inputs, output) => [multiply(grad, output)],
});

/** eˣ, elementwise. */
export const exp: ReturnType<typeof unary> = unary(expOp);
