// Mean of absolute differences in percent of the labels.

import type { Tensor } from "../../graph/tensor.js";
import { absolute, divide, maximum, mean, multiply, subtract } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";
import { epsilon } from "./numeric.js";

export class MeanAbsolutePercentageError extends Loss {
  constructor(options: LossOptions = {}) {
    super("mean_absolute_percentage_error", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const relative = divide(subtract(yTrue, yPred), maximum(absolute(yTrue), epsilon));
    return multiply(100, mean(absolute(relative), { axis: -1 }));
  }
}

/** 100 · mean of |y - p| / max(|y|, 1e-7) over the last axis: [batch, …, width] twice → [batch, …]. */
export const meanAbsolutePercentageError = (options?: LossOptions): MeanAbsolutePercentageError =>
  new MeanAbsolutePercentageError(options);
