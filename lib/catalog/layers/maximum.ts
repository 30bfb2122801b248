// Maximum: the largest of tensors, element by element.

import type { Tensor } from "../../graph/tensor.js";
import { maximum as larger } from "../ops/index.js";
import { foldUnmasked, Merge, type MergeFactory, mergeFactory } from "./base/merge.js";

/** See `maximum`. */
export class Maximum extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return foldUnmasked(inputs, larger);
  }
}

/**
 * The largest of tensors, element by element; what is masked in one doesn't count. Source: https://keras.io/api/layers/merging_layers/maximum/
 *
 * @example
 * const y = maximum([input([4]), input([4])]); // [null, 4]
 */
export const maximum: MergeFactory<Maximum> = mergeFactory(Maximum);
