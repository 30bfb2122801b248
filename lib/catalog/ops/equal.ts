// a = b, as bool.

import type { Op } from "../../graph/op.js";
import { asBool, binary, defineElementwise } from "./elementwise.js";

export const equalOp: Op<null> = defineElementwise({
  name: "equal",
  arity: 2,
  dtype: asBool,
  scalar: ([a, b]) => (a === b ? 1 : 0),
  emit: (k, [a, b]) => k.eq(a, b),
  inputs: ["int32", "int32"],
});

/** Where a = b, elementwise (bool). */
export const equal: ReturnType<typeof binary> = binary(equalOp);
