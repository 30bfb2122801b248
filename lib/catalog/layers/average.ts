// Average: the mean of tensors, element by element.

import type { Tensor } from "../../graph/tensor.js";
import { divide, add as plus } from "../ops/index.js";
import { fold, Merge, type MergeFactory, mergeFactory } from "./base/merge.js";

/** See `average`. */
export class Average extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return divide(fold(inputs, plus), inputs.length);
  }
}

/**
 * The mean of tensors. Source: https://keras.io/api/layers/merging_layers/average/
 *
 * @example
 * const y = average([input([4]), input([4])]); // [null, 4]
 */
export const average: MergeFactory<Average> = mergeFactory(Average);
