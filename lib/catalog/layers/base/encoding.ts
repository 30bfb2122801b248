// Whole numbers as vectors: one place for each value.

import type { Tensor } from "../../../graph/tensor.js";
import { expandDims, max, multiply, oneHot, squeeze, sum } from "../../ops/index.js";

/** How whole numbers become vectors: by element, or all of a sample in one vector, as flags or as counts. */
export type EncodingMode = "one_hot" | "multi_hot" | "count";

/** `x` [batch, …] of numbers from 0 on and below `depth`. */
export function encoded(x: Tensor, mode: EncodingMode, depth: number, weights?: Tensor): Tensor {
  if (mode === "one_hot") return oneHot(x.rank > 1 && x.shape.at(-1) === 1 ? squeeze(x, -1) : x, depth);
  const places = oneHot(x, depth);
  if (mode === "multi_hot") return max(places, { axis: 1 });
  return sum(weights ? multiply(places, expandDims(weights, -1)) : places, { axis: 1 });
}
