// Whether a number is NaN.

import type { Op } from "../../graph/op.js";
import { asBool, asFloat, defineElementwise, unary } from "./elementwise.js";

export const isNaNOp: Op<null> = defineElementwise({
  name: "isNaN",
  arity: 1,
  dtype: asBool,
  operands: asFloat,
  scalar: ([x]) => (Number.isNaN(x) ? 1 : 0),
  emit: (k, [x]) => k.ne(x, x),
});

/** Where x is NaN (bool). */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the same question, asked of tensors
export const isNaN: ReturnType<typeof unary> = unary(isNaNOp);
