// One over a number.

import type { Op } from "../../graph/op.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";
import { negative } from "./negative.js";
import { square } from "./square.js";

export const reciprocalOp: Op<null> = defineElementwise({
  name: "reciprocal",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => 1 / x,
  emit: (k, [x]) => k.div(k.constant(1), x),
  vjp: (grad, _inputs, output) => [negative(multiply(grad, square(output)))],
  range: [[0.5, 2]],
});

/** 1 / x, elementwise. */
export const reciprocal: ReturnType<typeof unary> = unary(reciprocalOp);
