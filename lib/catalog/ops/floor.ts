// The largest integer not above x.

import type { Op } from "../../graph/op.js";
import { defineElementwise, unary } from "./elementwise.js";

export const floorOp: Op<null> = defineElementwise({
  name: "floor",
  arity: 1,
  scalar: ([x]) => Math.floor(x),
  emit: (k, [x]) => k.floor(x),
  vjp: () => [null],
});

/** The largest integer not above x, elementwise. */
export const floor: ReturnType<typeof unary> = unary(floorOp);
