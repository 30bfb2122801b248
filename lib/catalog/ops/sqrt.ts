// Square root.

import type { Op } from "../../graph/op.js";
import { divide } from "./divide.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";

export const sqrtOp: Op<null> = defineElementwise({
  name: "sqrt",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => Math.sqrt(x),
  emit: (k, [x]) => k.sqrt(x),
  vjp: (grad, _inputs, output) => [divide(multiply(grad, 0.5), output)],
  range: [[0.1, 4]],
});

/** Square root, elementwise; NaN below 0. */
export const sqrt: ReturnType<typeof unary> = unary(sqrtOp);
