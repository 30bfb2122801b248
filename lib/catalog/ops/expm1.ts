// The exponential minus one.

import type { Op } from "../../graph/op.js";
import { add } from "./add.js";
import { expm1Lanes } from "./approximations.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";

export const expm1Op: Op<null> = defineElementwise({
  name: "expm1",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => Math.expm1(x),
  emit: (k, [x]) => expm1Lanes(k, x),
  vjp: (grad, _inputs, output) => [multiply(grad, add(output, 1))],
});

/** eˣ - 1, elementwise, accurate near 0. */
export const expm1: ReturnType<typeof unary> = unary(expm1Op);
