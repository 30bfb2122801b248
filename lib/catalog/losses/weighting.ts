// From a loss's values by sample to the number that is minimized: sample weights, masks and the reduction, with Keras 3's semantics.

import { ShapeError } from "../../graph/errors.js";
import { broadcastShapes, showShape, sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, divide, multiply, sum } from "../ops/index.js";
import { asFloats, divideNoNan, matchRanks } from "./numeric.js";

/** How values by sample become one number; "none" and null keep them. */
export type Reduction = "sum_over_batch_size" | "mean" | "sum" | "mean_with_sample_weight" | "none" | null;

export const reductions: readonly Reduction[] = [
  "sum_over_batch_size",
  "mean",
  "sum",
  "mean_with_sample_weight",
  "none",
  null,
];

const sizes = (x: Tensor): readonly number[] => x.shape as readonly number[];

/**
 * Sample weights with the mask merged in. When values are averaged over the batch, what remains visible is weighted up by
 * total / visible, so that the average is over the visible ones only.
 */
export function applyMask(
  sampleWeight: Tensor | undefined,
  mask: Tensor | undefined,
  reduction: Reduction,
): Tensor | undefined {
  if (!mask) return sampleWeight && asFloats(sampleWeight);
  let visible = cast(mask, "float32");
  if (reduction === "mean" || reduction === "sum_over_batch_size") {
    const total = sizeOf(sizes(mask));
    visible = multiply(visible, divideNoNan(total, sum(visible)));
  }
  if (!sampleWeight) return visible;
  const [left, right] = matchRanks(visible, asFloats(sampleWeight));
  return multiply(left, right);
}

/**
 * Applies weights and mask to `values` and reduces them. Raises ShapeError when the weights don't broadcast to the values.
 */
export function reduceWeighted(values: Tensor, reduction: Reduction, sampleWeight?: Tensor, mask?: Tensor): Tensor {
  let weight = applyMask(sampleWeight, mask, reduction);
  let weighted = asFloats(values);
  if (weight) {
    [weighted, weight] = matchRanks(weighted, weight);
    if (!broadcastShapes(sizes(weighted), sizes(weight))) {
      throw new ShapeError(
        `sample weights ${showShape(weight.shape)} don't fit loss values ${showShape(weighted.shape)}`,
        {
          hint: "give one weight per sample, or one per value of the loss",
        },
      );
    }
    weighted = multiply(weighted, weight);
  }
  if (reduction === null || reduction === "none" || weighted.rank === 0) return weighted;
  const total = sum(weighted);
  if (reduction === "sum") return total;
  if (reduction === "mean_with_sample_weight" && weight) return divideNoNan(total, sum(weight));
  return divide(total, Math.max(1, sizeOf(sizes(weighted))));
}
