// The remainder of a division, with the sign of the divisor.

import type { Op } from "../../graph/op.js";
import { modLanes } from "./approximationsRare.js";
import { divide } from "./divide.js";
import { asNumber, binary, defineElementwise } from "./elementwise.js";
import { floor } from "./floor.js";
import { multiply } from "./multiply.js";
import { negative } from "./negative.js";

export const modOp: Op<null> = defineElementwise({
  name: "mod",
  arity: 2,
  dtype: asNumber,
  operands: asNumber,
  scalar([a, b]) {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
  },
  emit: (k, [a, b]) => modLanes(k, a, b),
  vjp: (grad, [a, b]) => [grad, negative(multiply(grad, floor(divide(a, b))))],
  range: [
    [-2, 2],
    [0.5, 1],
  ],
});

/** a - b·floor(a / b), elementwise. */
export const mod: ReturnType<typeof binary> = binary(modOp);
