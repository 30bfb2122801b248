// The opposite of a truth.

import type { Op } from "../../graph/op.js";
import { asBool, defineElementwise, unary } from "./elementwise.js";

export const logicalNotOp: Op<null> = defineElementwise({
  name: "logicalNot",
  arity: 1,
  dtype: asBool,
  operands: asBool,
  scalar: ([x]) => (x === 0 ? 1 : 0),
  emit: (k, [x]) => k.not(x),
  inputs: ["bool"],
});

/** The opposite of a truth; a number counts as true when it is not 0. */
export const logicalNot: ReturnType<typeof unary> = unary(logicalNotOp);
