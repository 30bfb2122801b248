// What losses and metrics share: bringing labels, predictions and weights of different ranks together as Keras does it, and
// arithmetic that stays finite at its edges.

import type { TensorLike } from "../../graph/call.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, clip, divide, equal, expandDims, squeeze, where } from "../ops/index.js";

/** Keras's `epsilon()`: what probabilities are kept away from 0 and 1. */
export const epsilon = 1e-7;

/** Probabilities within [epsilon, 1 - epsilon], so that their logarithm is finite. */
export const clipProbabilities = (x: Tensor): Tensor => clip(x, epsilon, 1 - epsilon);

/** As float32. */
export const asFloats = (x: Tensor): Tensor => (x.dtype === "float32" ? x : cast(x, "float32"));

/**
 * Drops or adds a last dimension of size 1 where the ranks differ by one, so that [batch] meets [batch, 1]. A rank-1 partner is
 * expanded (unless `expandRank1` is false), others are squeezed.
 */
export function matchRanks(a: Tensor, b: Tensor, expandRank1 = true): [Tensor, Tensor] {
  if (a.rank === b.rank + 1 && a.shape.at(-1) === 1) {
    return b.rank === 1 && expandRank1 ? [a, expandDims(b, -1)] : [squeeze(a, -1), b];
  }
  if (b.rank === a.rank + 1 && b.shape.at(-1) === 1) {
    return a.rank === 1 && expandRank1 ? [expandDims(a, -1), b] : [a, squeeze(b, -1)];
  }
  return [a, b];
}

/** a / b, and 0 where b is 0; the gradient is finite there too. */
export function divideNoNan(a: TensorLike, b: Tensor): Tensor {
  const isZero = equal(b, 0);
  return where(isZero, 0, divide(a, where(isZero, 1, b)));
}
