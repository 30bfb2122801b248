// Shares that sum to 1.

import type { TensorLike } from "../../graph/call.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast } from "./cast.js";
import { divide } from "./divide.js";
import { exp } from "./exp.js";
import { max, type ReduceOptions, sum } from "./reduce.js";
import { stopGradient } from "./stopGradient.js";
import { subtract } from "./subtract.js";

/** exp(x) / Σ exp(x) along `axis` (default: the last). */
export function softmax(x: TensorLike, options: Pick<ReduceOptions, "axis"> = {}): Tensor {
  const axis = options.axis ?? -1;
  const tensor = cast(x, "float32");
  // Any shift gives the same result; this one keeps exp from overflowing.
  const powers = exp(subtract(tensor, stopGradient(max(tensor, { axis, keepdims: true }))));
  return divide(powers, sum(powers, { axis, keepdims: true }));
}
