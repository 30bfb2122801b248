// -x.

import type { Op } from "../../graph/op.js";
import { asNumber, defineElementwise, unary } from "./elementwise.js";

export const negativeOp: Op<null> = defineElementwise({
  name: "negative",
  arity: 1,
  dtype: asNumber,
  operands: asNumber,
  scalar: ([x]) => -x,
  emit: (k, [x]) => k.neg(x),
  vjp: (grad) => [negative(grad)],
});

/** -x, elementwise. */
export const negative: ReturnType<typeof unary> = unary(negativeOp);
