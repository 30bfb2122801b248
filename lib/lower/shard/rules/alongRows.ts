// A truth for each index, as one for each row that it stands for.

import { reshape } from "../../../catalog/ops/reshape.js";
import type { Tensor } from "../../../graph/tensor.js";

export function alongRows(truth: Tensor, rank: number): Tensor {
  const shape = truth.shape as readonly number[];
  return reshape(truth, [...shape, ...new Array<number>(rank - shape.length).fill(1)]);
}
