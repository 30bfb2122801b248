// Categorical crossentropy that weighs down what the model is already sure of (Lin et al. 2017, https://arxiv.org/abs/1708.02002).

import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { log, multiply, negative, power, softmax, subtract, sum } from "../ops/index.js";
import {
  type CategoricalCrossentropyOptions,
  checkOneHot,
  normalized,
  smoothCategorical,
} from "./categoricalCrossentropy.js";
import { type Labels, Loss } from "./loss.js";
import { clipProbabilities } from "./numeric.js";

export interface CategoricalFocalCrossentropyOptions extends CategoricalCrossentropyOptions {
  /** Weight of every class. Default 0.25. */
  readonly alpha?: number | undefined;
  /** How strongly easy samples are weighted down. Default 2. */
  readonly gamma?: number | undefined;
}

export class CategoricalFocalCrossentropy extends Loss {
  static override readonly settings: readonly string[] = ["from_logits", "label_smoothing", "axis", "alpha", "gamma"];
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;
  readonly alpha: number;
  readonly gamma: number;

  constructor(options: CategoricalFocalCrossentropyOptions = {}) {
    super("categorical_focal_crossentropy", options);
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
    this.alpha = options.alpha ?? 0.25;
    this.gamma = options.gamma ?? 2;
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const { axis } = this;
    const labels = smoothCategorical(yTrue, this.labelSmoothing);
    const p = clipProbabilities(normalized(this.fromLogits ? softmax(yPred, { axis }) : yPred, axis));
    const focus = multiply(power(subtract(1, p), this.gamma), this.alpha);
    return sum(multiply(focus, negative(multiply(labels, log(p)))), { axis });
  }

  override checkLabels(labels: Labels, outputShape: Shape, output = "the model"): void {
    checkOneHot(this, labels, outputShape, output);
  }
}

/** Categorical crossentropy times alpha·(1 - p)^gamma; shapes as in categoricalCrossentropy. */
export const categoricalFocalCrossentropy = (
  options?: CategoricalFocalCrossentropyOptions,
): CategoricalFocalCrossentropy => new CategoricalFocalCrossentropy(options);
