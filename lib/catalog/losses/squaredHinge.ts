// Squared distance to the margin.

import type { Tensor } from "../../graph/tensor.js";
import { mean, square } from "../ops/index.js";
import { missingMargin } from "./hinge.js";
import { Loss, type LossOptions } from "./loss.js";

export class SquaredHinge extends Loss {
  constructor(options: LossOptions = {}) {
    super("squared_hinge", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    return mean(square(missingMargin(yTrue, yPred)), { axis: -1 });
  }
}

/** Mean of max(0, 1 - y·p)² over the last axis: [batch, …, width] twice → [batch, …]. Labels are -1 and 1, or 0 and 1. */
export const squaredHinge = (options?: LossOptions): SquaredHinge => new SquaredHinge(options);
