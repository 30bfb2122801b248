// The logarithm of one more.

import type { Op } from "../../graph/op.js";
import { add } from "./add.js";
import { log1pLanes } from "./approximations.js";
import { divide } from "./divide.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";

export const log1pOp: Op<null> = defineElementwise({
  name: "log1p",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => Math.log1p(x),
  emit: (k, [x]) => log1pLanes(k, x),
  vjp: (grad, [x]) => [divide(grad, add(x, 1))],
  range: [[-0.5, 3]],
});

/** log(1 + x), elementwise, accurate near 0. */
export const log1p: ReturnType<typeof unary> = unary(log1pOp);
