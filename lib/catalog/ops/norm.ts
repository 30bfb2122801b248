// Lengths of vectors.

import type { TensorLike } from "../../graph/call.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast } from "./cast.js";
import { type ReduceOptions, sum } from "./reduce.js";
import { sqrt } from "./sqrt.js";
import { square } from "./square.js";

/** Euclidean length √Σx² over `axis` (default: all). */
export const norm = (x: TensorLike, options: ReduceOptions = {}): Tensor =>
  sqrt(sum(square(cast(x, "float32")), options));
