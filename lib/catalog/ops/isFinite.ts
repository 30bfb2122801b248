// Whether a number is finite.

import type { Op } from "../../graph/op.js";
import { asBool, asFloat, defineElementwise, unary } from "./elementwise.js";

export const isFiniteOp: Op<null> = defineElementwise({
  name: "isFinite",
  arity: 1,
  dtype: asBool,
  operands: asFloat,
  scalar: ([x]) => (Number.isFinite(x) ? 1 : 0),
  emit: (k, [x]) => k.lt(k.abs(x), k.constant(Number.POSITIVE_INFINITY)),
});

/** Where x is neither infinite nor NaN (bool). */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the same question, asked of tensors
export const isFinite: ReturnType<typeof unary> = unary(isFiniteOp);
