// The logistic function.

import type { Op } from "../../graph/op.js";
import { sigmoidLanes } from "./approximations.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";
import { subtract } from "./subtract.js";

export const sigmoidOp: Op<null> = defineElementwise({
  name: "sigmoid",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => 1 / (1 + Math.exp(-x)),
  emit: (k, [x]) => sigmoidLanes(k, x),
  vjp: (grad, _inputs, output) => [multiply(grad, multiply(output, subtract(1, output)))],
});

/** 1 / (1 + e⁻ˣ), elementwise. */
export const sigmoid: ReturnType<typeof unary> = unary(sigmoidOp);
