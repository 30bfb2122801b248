// The larger of two numbers; equal ones share the gradient.

import type { Op } from "../../graph/op.js";
import { binary, defineElementwise } from "./elementwise.js";
import { equal } from "./equal.js";
import { greater } from "./greater.js";
import { multiply } from "./multiply.js";
import { where } from "./where.js";

export const maximumOp: Op<null> = defineElementwise({
  name: "maximum",
  arity: 2,
  scalar: ([a, b]) => Math.max(a, b),
  emit: (k, [a, b]) => k.max(a, b),
  vjp: (grad, [a, b]) => {
    const half = where(equal(a, b), multiply(grad, 0.5), 0);
    return [where(greater(a, b), grad, half), where(greater(b, a), grad, half)];
  },
});

/** The larger of a and b, elementwise; NaN wins. */
export const maximum: ReturnType<typeof binary> = binary(maximumOp);
