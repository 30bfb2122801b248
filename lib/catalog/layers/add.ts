// Add: the sum of tensors, element by element.

import type { Tensor } from "../../graph/tensor.js";
import { add as plus } from "../ops/index.js";
import { fold, Merge, type MergeFactory, mergeFactory } from "./base/merge.js";

/** See `add`. */
export class Add extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, plus);
  }
}

/**
 * The sum of tensors. Source: https://keras.io/api/layers/merging_layers/add/
 *
 * @example
 * const y = add([input([4]), input([4])]); // [null, 4]
 */
export const add: MergeFactory<Add> = mergeFactory(Add);
