// The error function.

import type { Op } from "../../graph/op.js";
import { erfLanes } from "./approximations.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { exp } from "./exp.js";
import { multiply } from "./multiply.js";
import { negative } from "./negative.js";
import { square } from "./square.js";

export const erfOp: Op<null> = defineElementwise({
  name: "erf",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => erf64(x),
  emit: (k, [x]) => erfLanes(k, x),
  vjp: (grad, [x]) => [multiply(grad, multiply(exp(negative(square(x))), 2 / Math.sqrt(Math.PI)))],
});

/** 2/√π · ∫₀ˣ exp(-t²) dt, elementwise. */
export const erf: ReturnType<typeof unary> = unary(erfOp);

/** In double precision: the Taylor series in its form without cancellation, and 1 where nothing is missing. */
export function erf64(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) > 6) return Math.sign(x);
  // erf(x) = 2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5⋯(2n + 1))
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
