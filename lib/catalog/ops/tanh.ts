// Hyperbolic tangent.

import type { Op } from "../../graph/op.js";
import { tanhLanes } from "./approximations.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";
import { square } from "./square.js";
import { subtract } from "./subtract.js";

export const tanhOp: Op<null> = defineElementwise({
  name: "tanh",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => Math.tanh(x),
  emit: (k, [x]) => tanhLanes(k, x),
  vjp: (grad, _inputs, output) => [multiply(grad, subtract(1, square(output)))],
});

/** Hyperbolic tangent, elementwise. */
export const tanh: ReturnType<typeof unary> = unary(tanhOp);
