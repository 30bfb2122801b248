// Numbers too small to matter become 0: optimizers keep denormal numbers, which are slow, out of their slots with it.

import type { Op } from "../../graph/op.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";

export const flushSmallOp: Op<null> = defineElementwise({
  name: "flushSmall",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => (Math.abs(x) < 1e-30 ? 0 : x),
  emit: (k, [x]) => k.select(k.lt(k.abs(x), k.constant(1e-30)), k.constant(0), x),
  vjp: (grad) => [grad],
});

/** x, or 0 where |x| < 1e-30. */
export const flushSmall: ReturnType<typeof unary> = unary(flushSmallOp);
