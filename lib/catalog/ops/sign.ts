// The sign of a number.

import type { Op } from "../../graph/op.js";
import { asNumber, defineElementwise, unary } from "./elementwise.js";

export const signOp: Op<null> = defineElementwise({
  name: "sign",
  arity: 1,
  dtype: asNumber,
  operands: asNumber,
  scalar: ([x]) => Math.sign(x),
  emit: (k, [x]) => {
    const one = k.constant(1, x.dtype);
    const zero = k.constant(0, x.dtype);
    return k.select(k.gt(x, zero), one, k.select(k.lt(x, zero), k.constant(-1, x.dtype), x));
  },
  vjp: () => [null],
});

/** -1, 0 or 1, elementwise; NaN stays. */
export const sign: ReturnType<typeof unary> = unary(signOp);
