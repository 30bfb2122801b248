// Margin between the true class and the best of the others.

import type { Tensor } from "../../graph/tensor.js";
import { add, max, maximum, multiply, subtract, sum } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";

export class CategoricalHinge extends Loss {
  constructor(options: LossOptions = {}) {
    super("categorical_hinge", options);
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const positive = sum(multiply(yTrue, yPred), { axis: -1 });
    const negative = max(multiply(subtract(1, yTrue), yPred), { axis: -1 });
    return maximum(add(subtract(negative, positive), 1), 0);
  }
}

/** max(0, best wrong - true + 1): one-hot labels and scores, both [batch, …, classes] → [batch, …]. */
export const categoricalHinge = (options?: LossOptions): CategoricalHinge => new CategoricalHinge(options);
