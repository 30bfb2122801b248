// a to the power of b, with broadcasting.

import type { Op } from "../../graph/op.js";
import { powerLanes } from "./approximations.js";
import { asFloat, binary, defineElementwise } from "./elementwise.js";
import { equal } from "./equal.js";
import { log } from "./log.js";
import { multiply } from "./multiply.js";
import { subtract } from "./subtract.js";
import { where } from "./where.js";

export const powerOp: Op<null> = defineElementwise({
  name: "power",
  arity: 2,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([a, b]) => power64(a, b),
  emit: (k, [a, b]) => powerLanes(k, a, b),
  vjp(grad, [a, b], output) {
    // At an exponent of 0 the slope is 0 even where a^(b - 1) is infinite; the logarithm of 0 is kept out likewise.
    const slope = multiply(b, power(a, where(equal(b, 0), 1, subtract(b, 1))));
    const rate = multiply(log(where(equal(a, 0), 1, a)), output);
    return [multiply(grad, slope), multiply(grad, rate)];
  },
  range: [
    [0.5, 2],
    [-2, 2],
  ],
});

// 1 to any power is 1, as in C; JavaScript gives NaN where the exponent isn't finite.
const power64 = (a: number, b: number): number =>
  a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) ? 1 : a ** b;

/** a to the power of b, elementwise (float32); NaN for a negative a and a broken b. */
export const power: ReturnType<typeof binary> = binary(powerOp);
