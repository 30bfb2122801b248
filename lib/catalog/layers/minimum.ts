// Minimum: the smallest of tensors, element by element.

import type { Tensor } from "../../graph/tensor.js";
import { minimum as smaller } from "../ops/index.js";
import { foldUnmasked, Merge, type MergeFactory, mergeFactory } from "./base/merge.js";

/** See `minimum`. */
export class Minimum extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return foldUnmasked(inputs, smaller);
  }
}

/**
 * The smallest of tensors, element by element; what is masked in one doesn't count. Source: https://keras.io/api/layers/merging_layers/minimum/
 *
 * @example
 * const y = minimum([input([4]), input([4])]); // [null, 4]
 */
export const minimum: MergeFactory<Minimum> = mergeFactory(Minimum);
