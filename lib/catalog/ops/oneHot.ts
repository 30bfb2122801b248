// Class numbers as rows of zeros with a single one.

import { type TensorLike, toTensor } from "../../graph/call.js";
import type { DType } from "../../graph/dtype.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast } from "./cast.js";
import { equal } from "./equal.js";
import { iota } from "./iota.js";
import { expandDims } from "./reshape.js";

/**
 * A new dimension of `classes` at `axis` (default: the last): 1 at the index, 0 elsewhere. An index outside of the classes gives
 * zeros only.
 */
export function oneHot(
  indices: TensorLike,
  classes: number,
  options: { readonly axis?: number | undefined; readonly dtype?: DType | undefined } = {},
): Tensor {
  const places = cast(toTensor(indices, "int32"), "int32");
  const axis = options.axis ?? -1;
  const at = axis < 0 ? axis + places.rank + 1 : axis;
  const shape = Array.from({ length: places.rank + 1 }, (_, i) => (i === at ? classes : 1));
  return cast(equal(expandDims(places, at), iota(shape, at)), options.dtype ?? "float32");
}
