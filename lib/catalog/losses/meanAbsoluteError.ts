// Mean of absolute differences.

import type { Tensor } from "../../graph/tensor.js";
import { absolute, mean, subtract } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";

export class MeanAbsoluteError extends Loss {
  constructor(options: LossOptions = {}) {
    super("mean_absolute_error", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    return mean(absolute(subtract(yTrue, yPred)), { axis: -1 });
  }
}

/** Mean of |y - p| over the last axis: [batch, …, width] twice → [batch, …]. */
export const meanAbsoluteError = (options?: LossOptions): MeanAbsoluteError => new MeanAbsoluteError(options);
