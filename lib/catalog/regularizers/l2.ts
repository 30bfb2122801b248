// Penalty on squares: keeps weights small.

import type { ItemClass } from "../../graph/registry.js";
import { makeRegularizer, type Regularizer, regularizerItem, sumOfSquares } from "./regularizer.js";

const names = ["l2"];

/**
 * factor (0.01) · Σ w². Raises ValueError for a factor below 0.
 *
 * @example
 * dense(64, { kernelRegularizer: regularizers.l2(1e-4) });
 */
export const l2 = (factor = 0.01): Regularizer =>
  makeRegularizer("L2", { l2: factor }, names, (weight) => sumOfSquares(weight, factor));

export const l2Item: ItemClass<Regularizer> = regularizerItem(
  "L2",
  ["l2"],
  names,
  (options: { readonly l2?: number | null }) => l2(options.l2 ?? undefined),
);
