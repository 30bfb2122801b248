// a ≠ b, as bool.

import type { Op } from "../../graph/op.js";
import { asBool, binary, defineElementwise } from "./elementwise.js";

export const notEqualOp: Op<null> = defineElementwise({
  name: "notEqual",
  arity: 2,
  dtype: asBool,
  scalar: ([a, b]) => (a !== b ? 1 : 0),
  emit: (k, [a, b]) => k.ne(a, b),
  inputs: ["int32", "int32"],
});

/** Where a ≠ b, elementwise (bool). */
export const notEqual: ReturnType<typeof binary> = binary(notEqualOp);
