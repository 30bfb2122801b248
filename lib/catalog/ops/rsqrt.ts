// One over the square root.

import type { Op } from "../../graph/op.js";
import { divide } from "./divide.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";

export const rsqrtOp: Op<null> = defineElementwise({
  name: "rsqrt",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => 1 / Math.sqrt(x),
  emit: (k, [x]) => k.div(k.constant(1), k.sqrt(x)),
  vjp: (grad, [x], output) => [multiply(grad, divide(multiply(output, -0.5), x))],
  range: [[0.1, 4]],
});

/** 1 / √x, elementwise. */
export const rsqrt: ReturnType<typeof unary> = unary(rsqrtOp);
