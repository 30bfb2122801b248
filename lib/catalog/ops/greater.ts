// a > b, as bool.

import type { Op } from "../../graph/op.js";
import { asBool, binary, defineElementwise } from "./elementwise.js";

export const greaterOp: Op<null> = defineElementwise({
  name: "greater",
  arity: 2,
  dtype: asBool,
  scalar: ([a, b]) => (a > b ? 1 : 0),
  emit: (k, [a, b]) => k.gt(a, b),
});

/** Where a > b, elementwise (bool). */
export const greater: ReturnType<typeof binary> = binary(greaterOp);
