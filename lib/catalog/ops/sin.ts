// Sine.

import type { Op } from "../../graph/op.js";
import { sinLanes } from "./approximationsRare.js";
import { cos } from "./cos.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";

export const sinOp: Op<null> = defineElementwise({
  name: "sin",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => Math.sin(x),
  emit: (k, [x]) => sinLanes(k, x),
  vjp: (grad, [x]) => [multiply(grad, cos(x))],
});

/** Sine of x in radians, elementwise. */
export const sin: ReturnType<typeof unary> = unary(sinOp);
