// Mean of squared differences.

import type { Tensor } from "../../graph/tensor.js";
import { mean, square, subtract } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";

export class MeanSquaredError extends Loss {
  constructor(options: LossOptions = {}) {
    super("mean_squared_error", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    return mean(square(subtract(yTrue, yPred)), { axis: -1 });
  }
}

/** Mean of (y - p)² over the last axis: [batch, …, width] twice → [batch, …]. */
export const meanSquaredError = (options?: LossOptions): MeanSquaredError => new MeanSquaredError(options);
