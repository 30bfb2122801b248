// a - b, with broadcasting.

import type { Op } from "../../graph/op.js";
import { asNumber, binary, defineElementwise } from "./elementwise.js";
import { negative } from "./negative.js";

export const subtractOp: Op<null> = defineElementwise({
  name: "subtract",
  arity: 2,
  dtype: asNumber,
  operands: asNumber,
  scalar: ([a, b]) => a - b,
  emit: (k, [a, b]) => k.sub(a, b),
  vjp: (grad) => [grad, negative(grad)],
});

/** a - b, elementwise. */
export const subtract: ReturnType<typeof binary> = binary(subtractOp);
