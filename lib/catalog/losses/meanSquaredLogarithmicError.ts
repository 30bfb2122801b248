// Mean of squared differences of logarithms: ratios count, not distances.

import type { Tensor } from "../../graph/tensor.js";
import { add, log, maximum, mean, square, subtract } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";
import { epsilon } from "./numeric.js";

export class MeanSquaredLogarithmicError extends Loss {
  constructor(options: LossOptions = {}) {
    super("mean_squared_logarithmic_error", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const logarithm = (x: Tensor): Tensor => log(add(maximum(x, epsilon), 1));
    return mean(square(subtract(logarithm(yPred), logarithm(yTrue))), { axis: -1 });
  }
}

/** Mean of (log(1 + y) - log(1 + p))² over the last axis: [batch, …, width] twice → [batch, …]; negative numbers count as 0. */
export const meanSquaredLogarithmicError = (options?: LossOptions): MeanSquaredLogarithmicError =>
  new MeanSquaredLogarithmicError(options);
