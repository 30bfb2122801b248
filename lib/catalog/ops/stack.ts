// stack: tensors side by side along a new axis.

import type { TensorLike } from "../../graph/call.js";
import type { Tensor } from "../../graph/tensor.js";
import { concatenate } from "./concatenate.js";
import { expandDims } from "./reshape.js";

/** Tensors of one shape side by side along a new axis. */
export function stack(list: readonly TensorLike[], options: { readonly axis?: number } = {}): Tensor {
  const axis = options.axis ?? 0;
  return concatenate(
    list.map((x) => expandDims(x, axis)),
    { axis },
  );
}
