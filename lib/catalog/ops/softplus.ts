// The smooth version of max(x, 0).

import type { Op } from "../../graph/op.js";
import { softplusLanes } from "./approximations.js";
import { asFloat, defineElementwise, unary } from "./elementwise.js";
import { multiply } from "./multiply.js";
import { sigmoid } from "./sigmoid.js";

export const softplusOp: Op<null> = defineElementwise({
  name: "softplus",
  arity: 1,
  dtype: asFloat,
  operands: asFloat,
  scalar: ([x]) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  emit: (k, [x]) => softplusLanes(k, x),
  vjp: (grad, [x]) => [multiply(grad, sigmoid(x))],
});

/** log(1 + eˣ), elementwise, without overflow. */
export const softplus: ReturnType<typeof unary> = unary(softplusOp);
