// Either of two truths.

import type { Op } from "../../graph/op.js";
import { asBool, binary, defineElementwise } from "./elementwise.js";

export const logicalOrOp: Op<null> = defineElementwise({
  name: "logicalOr",
  arity: 2,
  dtype: asBool,
  operands: asBool,
  scalar: ([a, b]) => (a !== 0 || b !== 0 ? 1 : 0),
  emit: (k, [a, b]) => k.or(a, b),
  inputs: ["bool", "bool"],
});

/** Either of a and b, elementwise (bool); a number counts as true when it is not 0. */
export const logicalOr: ReturnType<typeof binary> = binary(logicalOrOp);
