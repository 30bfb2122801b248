// Logarithm of the hyperbolic cosine of the error: squared when small, absolute when large.

import type { Tensor } from "../../graph/tensor.js";
import { add, mean, multiply, softplus, subtract } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";

export class LogCosh extends Loss {
  constructor(options: LossOptions = {}) {
    super("log_cosh", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const error = subtract(yPred, yTrue);
    return mean(subtract(add(error, softplus(multiply(error, -2))), Math.LN2), { axis: -1 });
  }
}

/** Mean of log(cosh(p - y)) over the last axis: [batch, …, width] twice → [batch, …]. */
export const logCosh = (options?: LossOptions): LogCosh => new LogCosh(options);
