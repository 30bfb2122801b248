// For counts: negative log-likelihood of a Poisson distribution with the predicted mean.

import type { Tensor } from "../../graph/tensor.js";
import { add, log, mean, multiply, subtract } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";
import { epsilon } from "./numeric.js";

export class Poisson extends Loss {
  constructor(options: LossOptions = {}) {
    super("poisson", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    return mean(subtract(yPred, multiply(yTrue, log(add(yPred, epsilon)))), { axis: -1 });
  }
}

/** Mean of p - y·log(p + 1e-7) over the last axis: [batch, …, width] twice → [batch, …]. */
export const poisson = (options?: LossOptions): Poisson => new Poisson(options);
