// Binary crossentropy that weighs down what the model is already sure of (Lin et al. 2017, https://arxiv.org/abs/1708.02002).

import type { Tensor } from "../../graph/tensor.js";
import { add, mean, multiply, power, sigmoid, subtract } from "../ops/index.js";
import { type BinaryCrossentropyOptions, binaryCrossentropyByElement, smoothBinary } from "./binaryCrossentropy.js";
import { Loss } from "./loss.js";

export interface BinaryFocalCrossentropyOptions extends BinaryCrossentropyOptions {
  /** Weighs class 1 by `alpha` and class 0 by 1 - `alpha`. Default false. */
  readonly applyClassBalancing?: boolean | undefined;
  /** Default 0.25. */
  readonly alpha?: number | undefined;
  /** How strongly easy samples are weighted down. Default 2. */
  readonly gamma?: number | undefined;
}

export class BinaryFocalCrossentropy extends Loss {
  static override readonly settings: readonly string[] = [
    "from_logits",
    "label_smoothing",
    "axis",
    "apply_class_balancing",
    "alpha",
    "gamma",
  ];
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;
  readonly applyClassBalancing: boolean;
  readonly alpha: number;
  readonly gamma: number;

  constructor(options: BinaryFocalCrossentropyOptions = {}) {
    super("binary_focal_crossentropy", options);
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
    this.applyClassBalancing = options.applyClassBalancing ?? false;
    this.alpha = options.alpha ?? 0.25;
    this.gamma = options.gamma ?? 2;
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const labels = smoothBinary(yTrue, this.labelSmoothing);
    const p = this.fromLogits ? sigmoid(yPred) : yPred;
    const mix = (one: Tensor | number, zero: Tensor | number): Tensor =>
      add(multiply(labels, one), multiply(subtract(1, labels), zero));
    const focus = power(subtract(1, mix(p, subtract(1, p))), this.gamma);
    const focal = multiply(focus, binaryCrossentropyByElement(labels, p, false));
    return mean(this.applyClassBalancing ? multiply(mix(this.alpha, 1 - this.alpha), focal) : focal, {
      axis: this.axis,
    });
  }
}

/** Binary crossentropy times (1 - p of the true class)^gamma; shapes as in binaryCrossentropy. */
export const binaryFocalCrossentropy = (options?: BinaryFocalCrossentropyOptions): BinaryFocalCrossentropy =>
  new BinaryFocalCrossentropy(options);
