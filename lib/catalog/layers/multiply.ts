// Multiply: the product of tensors, element by element.

import type { Tensor } from "../../graph/tensor.js";
import { multiply as times } from "../ops/index.js";
import { fold, Merge, type MergeFactory, mergeFactory } from "./base/merge.js";

/** See `multiply`. */
export class Multiply extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, times);
  }
}

/**
 * The product of tensors. Source: https://keras.io/api/layers/merging_layers/multiply/
 *
 * @example
 * const y = multiply([input([4]), input([4])]); // [null, 4]
 */
export const multiply: MergeFactory<Multiply> = mergeFactory(Multiply);
