// Between crossentropy and absolute error: robust against wrong labels (Zhang and Sabuncu 2018, https://arxiv.org/abs/1805.07836).

import { ValueError } from "../../graph/errors.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, divide, multiply, oneHot, power, subtract, sum } from "../ops/index.js";
import { type Labels, Loss, type LossOptions } from "./loss.js";
import { asFloats } from "./numeric.js";
import { sparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";

export interface CategoricalGeneralizedCrossEntropyOptions extends LossOptions {
  /** Between 0 (crossentropy) and 1 (absolute error), both excluded. Default 0.5. */
  readonly q?: number | undefined;
}

export class CategoricalGeneralizedCrossEntropy extends Loss {
  static override readonly settings: readonly string[] = ["q"];
  readonly q: number;

  /** Raises ValueError when q is not between 0 and 1. */
  constructor(options: CategoricalGeneralizedCrossEntropyOptions = {}) {
    super("categorical_generalized_cross_entropy", options);
    this.q = options.q ?? 0.5;
    if (!(this.q > 0 && this.q < 1))
      throw new ValueError(`${this.name}: q must be between 0 and 1, received ${this.q}`);
  }

  override values(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.fn(cast(yTrue, "int32"), asFloats(yPred));
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const p = sum(multiply(yPred, oneHot(yTrue, yPred.shape.at(-1) as number)), { axis: -1 });
    return divide(subtract(1, power(p, this.q)), this.q);
  }

  override checkLabels(labels: Labels, outputShape: Shape, output?: string): void {
    sparseCategoricalCrossentropy({ name: this.name }).checkLabels(labels, outputShape, output);
  }
}

/** (1 - p^q) / q of the true class: labels class numbers [batch, …], predictions probabilities [batch, …, classes]. */
export const categoricalGeneralizedCrossEntropy = (
  options?: CategoricalGeneralizedCrossEntropyOptions,
): CategoricalGeneralizedCrossEntropy => new CategoricalGeneralizedCrossEntropy(options);
