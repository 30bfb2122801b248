// Subtract: the difference of tensors, element by element.

import { ValueError } from "../../graph/errors.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { subtract as minus } from "../ops/index.js";
import { Merge, type MergeFactory, mergeFactory } from "./base/merge.js";

/** See `subtract`. */
export class Subtract extends Merge {
  override check(shapes: readonly Shape[]): void {
    super.check(shapes);
    if (shapes.length !== 2) throw new ValueError(`${this.describe()} expects two tensors, received ${shapes.length}`);
  }

  protected override merge([a, b]: readonly Tensor[]): Tensor {
    return minus(a as Tensor, b as Tensor);
  }
}

/**
 * The first of two tensors less the second. Source: https://keras.io/api/layers/merging_layers/subtract/
 *
 * @example
 * const y = subtract([input([4]), input([4])]); // [null, 4]
 */
export const subtract: MergeFactory<Subtract> = mergeFactory(Subtract);
