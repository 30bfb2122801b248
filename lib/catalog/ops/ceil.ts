// The smallest integer not below x.

import type { Op } from "../../graph/op.js";
import { defineElementwise, unary } from "./elementwise.js";

export const ceilOp: Op<null> = defineElementwise({
  name: "ceil",
  arity: 1,
  scalar: ([x]) => Math.ceil(x),
  emit: (k, [x]) => k.ceil(x),
  vjp: () => [null],
});

/** The smallest integer not below x, elementwise. */
export const ceil: ReturnType<typeof unary> = unary(ceilOp);
