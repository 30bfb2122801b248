// The inverse of the error function.

import type { Op } from "../../graph/op.js";
import { erfinvLanes } from "./approximationsRare.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { erf64 } from "./erf.js";
import { exp } from "./exp.js";
import { multiply } from "./multiply.js";
import { square } from "./square.js";

export const erfinvOp: Op<null> = defineElementwise({
  name: "erfinv",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => erfinv64(x),
  emit: (k, [x]) => erfinvLanes(k, x),
  vjp: (grad, _inputs, output) => [multiply(grad, multiply(exp(square(output)), Math.sqrt(Math.PI) / 2))],
  range: [[-0.9, 0.9]],
});

/** x with erf(x) = y, elementwise; ±∞ at ±1, NaN outside. */
export const erfinv: ReturnType<typeof unary> = unary(erfinvOp);

/** In double precision, by Halley's method on erf. */
function erfinv64(y: number): number {
  if (!(Math.abs(y) < 1)) return Math.abs(y) === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  // Winitzki's formula is within 0.5 %.
  const w = Math.log((1 - y) * (1 + y)) / 2;
  const t = 2 / (Math.PI * 0.147) + w;
  let x = Math.sign(y) * Math.sqrt(Math.sqrt(t * t - (2 * w) / 0.147) - t);
  for (let i = 0; i < 4; i++) {
    const step = ((erf64(x) - y) * Math.sqrt(Math.PI) * Math.exp(x * x)) / 2;
    x -= step / (1 + x * step);
  }
  return x;
}
