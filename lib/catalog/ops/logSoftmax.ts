// The logarithm of softmax, without taking the logarithm of small shares.

import type { TensorLike } from "../../graph/call.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast } from "./cast.js";
import { exp } from "./exp.js";
import { log } from "./log.js";
import { max, type ReduceOptions, sum } from "./reduce.js";
import { stopGradient } from "./stopGradient.js";
import { subtract } from "./subtract.js";

/** x - log Σ exp(x) along `axis` (default: the last). */
export function logSoftmax(x: TensorLike, options: Pick<ReduceOptions, "axis"> = {}): Tensor {
  const axis = options.axis ?? -1;
  const tensor = cast(x, "float32");
  const shifted = subtract(tensor, stopGradient(max(tensor, { axis, keepdims: true })));
  return subtract(shifted, log(sum(exp(shifted), { axis, keepdims: true })));
}
