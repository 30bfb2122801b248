// Both of two truths.

import type { Op } from "../../graph/op.js";
import { asBool, binary, defineElementwise } from "./elementwise.js";

export const logicalAndOp: Op<null> = defineElementwise({
  name: "logicalAnd",
  arity: 2,
  dtype: asBool,
  operands: asBool,
  scalar: ([a, b]) => (a !== 0 && b !== 0 ? 1 : 0),
  emit: (k, [a, b]) => k.and(a, b),
  inputs: ["bool", "bool"],
});

/** Both of a and b, elementwise (bool); a number counts as true when it is not 0. */
export const logicalAnd: ReturnType<typeof binary> = binary(logicalAndOp);
