// The logarithm of a sum of exponentials, without overflow.

import type { TensorLike } from "../../graph/call.js";
import type { Tensor } from "../../graph/tensor.js";
import { add } from "./add.js";
import { cast } from "./cast.js";
import { exp } from "./exp.js";
import { isFinite as isFiniteNumber } from "./isFinite.js";
import { log } from "./log.js";
import { max, type ReduceOptions, sum } from "./reduce.js";
import { reshape } from "./reshape.js";
import { stopGradient } from "./stopGradient.js";
import { subtract } from "./subtract.js";
import { where } from "./where.js";

/** log Σ exp(x) over `axis` (default: all). */
export function logSumExp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const tensor = cast(x, "float32");
  const largest = max(tensor, { axis: options.axis, keepdims: true });
  // An infinite shift would give ∞ - ∞.
  const shift = stopGradient(where(isFiniteNumber(largest), largest, 0));
  const total = sum(exp(subtract(tensor, shift)), options);
  return add(log(total), reshape(shift, total.shape as readonly number[]));
}
