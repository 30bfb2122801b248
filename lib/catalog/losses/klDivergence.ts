// Kullback-Leibler divergence between two distributions.

import type { Tensor } from "../../graph/tensor.js";
import { clip, divide, log, multiply, sum } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";
import { epsilon } from "./numeric.js";

export class KLDivergence extends Loss {
  constructor(options: LossOptions = {}) {
    super("kl_divergence", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const [labels, predictions] = [clip(yTrue, epsilon, 1), clip(yPred, epsilon, 1)];
    return sum(multiply(labels, log(divide(labels, predictions))), { axis: -1 });
  }
}

/** Σ y·log(y / p) over the last axis, both clipped to [1e-7, 1]: [batch, …, width] twice → [batch, …]. */
export const klDivergence = (options?: LossOptions): KLDivergence => new KLDivergence(options);
