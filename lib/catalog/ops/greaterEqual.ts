// a ≥ b, as bool.

import type { Op } from "../../graph/op.js";
import { asBool, binary, defineElementwise } from "./elementwise.js";

export const greaterEqualOp: Op<null> = defineElementwise({
  name: "greaterEqual",
  arity: 2,
  dtype: asBool,
  scalar: ([a, b]) => (a >= b ? 1 : 0),
  emit: (k, [a, b]) => k.ge(a, b),
});

/** Where a ≥ b, elementwise (bool). */
export const greaterEqual: ReturnType<typeof binary> = binary(greaterEqualOp);
