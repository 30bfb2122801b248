// a ≤ b, as bool.

import type { Op } from "../../graph/op.js";
import { asBool, binary, defineElementwise } from "./elementwise.js";

export const lessEqualOp: Op<null> = defineElementwise({
  name: "lessEqual",
  arity: 2,
  dtype: asBool,
  scalar: ([a, b]) => (a <= b ? 1 : 0),
  emit: (k, [a, b]) => k.le(a, b),
});

/** Where a ≤ b, elementwise (bool). */
export const lessEqual: ReturnType<typeof binary> = binary(lessEqualOp);
