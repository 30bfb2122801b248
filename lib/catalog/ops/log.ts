// Natural logarithm.

import type { Op } from "../../graph/op.js";
import { logLanes } from "./approximations.js";
import { divide } from "./divide.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";

export const logOp: Op<null> = defineElementwise({
  name: "log",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => Math.log(x),
  emit: (k, [x]) => logLanes(k, x),
  vjp: (grad, [x]) => [divide(grad, x)],
  range: [[0.1, 4]],
});

/** Natural logarithm, elementwise; -∞ at 0, NaN below. */
export const log: ReturnType<typeof unary> = unary(logOp);
