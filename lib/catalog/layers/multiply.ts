// Multiply: the product of tensors, element by element.

import type { Tensor } from "../../graph/tensor.js";
import { logicalOr, multiply as times, where } from "../ops/index.js";
import { fold, Merge, type MergeFactory, mergeFactory, wideMask } from "./base/merge.js";

/** See `multiply`. */
export class Multiply extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    const masks = inputs.map(wideMask);
    const factors = inputs.map((x, i) => (masks[i] ? where(masks[i] as Tensor, x.withMask(undefined), 1) : x));
    const product = fold(factors, times);
    const seen = masks.every((mask) => mask !== undefined)
      ? (masks as Tensor[]).reduce((a, b) => logicalOr(a, b))
      : null;
    return seen ? where(seen, product, 0) : product;
  }
}

/**
 * The product of tensors; what is masked counts as 1. Source: https://keras.io/api/layers/merging_layers/multiply/
 *
 * @example
 * const y = multiply([input([4]), input([4])]); // [null, 4]
 */
export const multiply: MergeFactory<Multiply> = mergeFactory(Multiply);
