// Masks put together.

import type { Tensor } from "../../../graph/tensor.js";
import { expandDims, logicalAnd } from "../../ops/index.js";

/** Real where both masks say so; one that says less (steps of words) says it for all that is inside. */
export function bothMasks(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  if (!a || !b) return a ?? b;
  const widened = (mask: Tensor, rank: number): Tensor =>
    mask.rank < rank ? widened(expandDims(mask, -1), rank) : mask;
  const rank = Math.max(a.rank, b.rank);
  return logicalAnd(widened(a, rank), widened(b, rank));
}
