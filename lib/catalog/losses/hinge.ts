// Margins: a prediction should lie on the label's side of 0, at a distance of at least 1.

import type { Tensor } from "../../graph/tensor.js";
import { all, equal, logicalOr, maximum, mean, multiply, subtract, where } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";

/** What is missing to the margin, by element: max(0, 1 - y·p). Labels 0 and 1 (and nothing else) are read as -1 and 1. */
export function missingMargin(yTrue: Tensor, yPred: Tensor): Tensor {
  const isBinary = all(logicalOr(equal(yTrue, 0), equal(yTrue, 1)));
  const labels = where(isBinary, subtract(multiply(2, yTrue), 1), yTrue);
  return maximum(subtract(1, multiply(labels, yPred)), 0);
}

export class Hinge extends Loss {
  constructor(options: LossOptions = {}) {
    super("hinge", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    return mean(missingMargin(yTrue, yPred), { axis: -1 });
  }
}

/** Mean of max(0, 1 - y·p) over the last axis: [batch, …, width] twice → [batch, …]. Labels are -1 and 1, or 0 and 1. */
export const hinge = (options?: LossOptions): Hinge => new Hinge(options);
