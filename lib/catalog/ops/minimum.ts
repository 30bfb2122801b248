// The smaller of two numbers; equal ones share the gradient.

import type { Op } from "../../graph/op.js";
import { binary, defineElementwise } from "./elementwise.js";
import { equal } from "./equal.js";
import { less } from "./less.js";
import { multiply } from "./multiply.js";
import { where } from "./where.js";

export const minimumOp: Op<null> = defineElementwise({
  name: "minimum",
  arity: 2,
  scalar: ([a, b]) => Math.min(a, b),
  emit: (k, [a, b]) => k.min(a, b),
  vjp: (grad, [a, b]) => {
    const half = where(equal(a, b), multiply(grad, 0.5), 0);
    return [where(less(a, b), grad, half), where(less(b, a), grad, half)];
  },
});

/** The smaller of a and b, elementwise; NaN wins. */
export const minimum: ReturnType<typeof binary> = binary(minimumOp);
