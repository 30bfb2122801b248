// Numbers kept between two bounds.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import type { Op } from "../../graph/op.js";
import type { Tensor } from "../../graph/tensor.js";
import { defineElementwise } from "./elementwise.js";
import { equal } from "./equal.js";
import { greater } from "./greater.js";
import { less } from "./less.js";
import { logicalAnd } from "./logicalAnd.js";
import { logicalOr } from "./logicalOr.js";
import { multiply } from "./multiply.js";
import { where } from "./where.js";

export interface ClipAttrs {
  readonly min: number;
  readonly max: number;
}

export const clipOp: Op<ClipAttrs> = defineElementwise<ClipAttrs>({
  name: "clip",
  arity: 1,
  attrs: [{ min: -0.75, max: 1 }],
  scalar: ([x], { min, max }) => Math.min(Math.max(x, min), max),
  emit: (k, [x], { min, max }) => k.min(k.max(x, k.constant(min, x.dtype)), k.constant(max, x.dtype)),
  vjp(grad, [x], _output, { min, max }) {
    // On a bound, x and the bound share the gradient, as two equal numbers do in `maximum`.
    const onBound = logicalOr(equal(x, min), equal(x, max));
    const inside = logicalAnd(greater(x, min), less(x, max));
    return [where(inside, grad, where(onBound, multiply(grad, 0.5), 0))];
  },
});

/** x, but at least `min` and at most `max`. */
export const clip = (x: TensorLike, min: number, max: number): Tensor => apply(clipOp, [toTensor(x)], { min, max });
