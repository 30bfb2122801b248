// The nearest integer.

import type { Op } from "../../graph/op.js";
import { defineElementwise, unary } from "./elementwise.js";

export const roundOp: Op<null> = defineElementwise({
  name: "round",
  arity: 1,
  scalar: ([x]) => nearestEven(x),
  emit: (k, [x]) => k.nearest(x),
  vjp: () => [null],
});

/** The nearest integer, elementwise; a half goes to the even one. */
export const round: ReturnType<typeof unary> = unary(roundOp);

function nearestEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : Number.isFinite(x) ? low + 1 : x;
}
