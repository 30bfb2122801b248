// a + b, with broadcasting.

import type { Op } from "../../graph/op.js";
import { asNumber, binary, defineElementwise } from "./elementwise.js";

export const addOp: Op<null> = defineElementwise({
  name: "add",
  arity: 2,
  dtype: asNumber,
  operands: asNumber,
  scalar: ([a, b]) => a + b,
  emit: (k, [a, b]) => k.add(a, b),
  vjp: (grad) => [grad, grad],
});

/** a + b, elementwise. */
export const add: ReturnType<typeof binary> = binary(addOp);
