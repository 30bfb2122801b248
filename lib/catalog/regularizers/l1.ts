// Penalty on sizes: drives weights to 0.

import type { ItemClass } from "../../graph/registry.js";
import { makeRegularizer, type Regularizer, regularizerItem, sumOfSizes } from "./regularizer.js";

const names = ["l1"];

/** factor (0.01) · Σ |w|. Raises ValueError for a factor below 0. */
export const l1 = (factor = 0.01): Regularizer =>
  makeRegularizer("L1", { l1: factor }, names, (weight) => sumOfSizes(weight, factor));

export const l1Item: ItemClass<Regularizer> = regularizerItem(
  "L1",
  ["l1"],
  names,
  (options: { readonly l1?: number | null }) => l1(options.l1 ?? undefined),
);
