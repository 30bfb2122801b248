// Cosine.

import type { Op } from "../../graph/op.js";
import { cosLanes } from "./approximationsRare.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";
import { negative } from "./negative.js";
import { sin } from "./sin.js";

export const cosOp: Op<null> = defineElementwise({
  name: "cos",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => Math.cos(x),
  emit: (k, [x]) => cosLanes(k, x),
  vjp: (grad, [x]) => [negative(multiply(grad, sin(x)))],
});

/** Cosine of x in radians, elementwise. */
export const cos: ReturnType<typeof unary> = unary(cosOp);
