// a / b, with broadcasting.

import type { Op } from "../../graph/op.js";
import { asFloat, binary, defineElementwise } from "./elementwise.js";
import { multiply } from "./multiply.js";
import { negative } from "./negative.js";

export const divideOp: Op<null> = defineElementwise({
  name: "divide",
  arity: 2,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([a, b]) => a / b,
  emit: (k, [a, b]) => k.div(a, b),
  vjp: (grad, [, b], output) => [divide(grad, b), negative(divide(multiply(grad, output), b))],
  range: [
    [-2, 2],
    [0.5, 2],
  ],
});

/** a / b, elementwise; float32 also for integers. */
export const divide: ReturnType<typeof binary> = binary(divideOp);
