// a < b, as bool.

import type { Op } from "../../graph/op.js";
import { asBool, binary, defineElementwise } from "./elementwise.js";

export const lessOp: Op<null> = defineElementwise({
  name: "less",
  arity: 2,
  dtype: asBool,
  scalar: ([a, b]) => (a < b ? 1 : 0),
  emit: (k, [a, b]) => k.lt(a, b),
});

/** Where a < b, elementwise (bool). */
export const less: ReturnType<typeof binary> = binary(lessOp);
