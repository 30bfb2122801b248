// Penalties on sizes and on squares.

import type { ItemClass } from "../../graph/registry.js";
import { add } from "../ops/index.js";
import { makeRegularizer, type Regularizer, regularizerItem, sumOfSizes, sumOfSquares } from "./regularizer.js";

export interface L1L2Options {
  /** Factor of Σ |w|. Default 0. */
  readonly l1?: number | null | undefined;
  /** Factor of Σ w². Default 0. */
  readonly l2?: number | null | undefined;
}

const names = ["l1", "l2"];

/** l1 · Σ |w| + l2 · Σ w²; both factors are 0 unless given. Raises ValueError for a factor below 0. */
export function l1L2(options: L1L2Options = {}): Regularizer {
  const l1 = options.l1 ?? 0;
  const l2 = options.l2 ?? 0;
  return makeRegularizer("L1L2", { l1, l2 }, names, (weight) => add(sumOfSizes(weight, l1), sumOfSquares(weight, l2)));
}

// Keras's code knows "l1l2"; its documentation writes "l1_l2".
export const l1L2Item: ItemClass<Regularizer> = regularizerItem("L1L2", ["l1_l2", "l1l2"], names, l1L2);
