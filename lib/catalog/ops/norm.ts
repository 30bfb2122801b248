// Lengths of vectors.

import type { TensorLike } from "../../graph/call.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast } from "./cast.js";
import { divide } from "./divide.js";
import { maximum } from "./maximum.js";
import { multiply } from "./multiply.js";
import { type ReduceOptions, sum } from "./reduce.js";
import { sqrt } from "./sqrt.js";
import { square } from "./square.js";

/** Euclidean length √Σx² over `axis` (default: all). */
export const norm = (x: TensorLike, options: ReduceOptions = {}): Tensor =>
  sqrt(sum(square(cast(x, "float32")), options));

/** Vectors along `axis` scaled to length 1; those shorter than 1e-7 stay short. */
export const unitVectors = (x: Tensor, axis: number): Tensor =>
  multiply(x, divide(1, sqrt(maximum(sum(square(x), { axis, keepdims: true }), 1e-14))));
