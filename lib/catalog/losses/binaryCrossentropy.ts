// Crossentropy of independent yes-or-no decisions.

import type { Tensor } from "../../graph/tensor.js";
import { add, log, mean, multiply, negative, softplus, subtract } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";
import { clipProbabilities } from "./numeric.js";

export interface BinaryCrossentropyOptions extends LossOptions {
  /** True when predictions are logits (no sigmoid at the end of the model). Default false. */
  readonly fromLogits?: boolean | undefined;
  /** Moves labels towards 0.5 by this share. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** The axis that is averaged. Default -1. */
  readonly axis?: number | undefined;
}

/** -(y·log p + (1 - y)·log(1 - p)) by element; probabilities are clipped to [1e-7, 1 - 1e-7]. */
export function binaryCrossentropyByElement(yTrue: Tensor, yPred: Tensor, fromLogits: boolean): Tensor {
  if (fromLogits) {
    // log sigmoid(x) = -softplus(-x), and log(1 - sigmoid(x)) = -softplus(x): finite for any logit.
    return add(multiply(yTrue, softplus(negative(yPred))), multiply(subtract(1, yTrue), softplus(yPred)));
  }
  const p = clipProbabilities(yPred);
  return negative(add(multiply(yTrue, log(p)), multiply(subtract(1, yTrue), log(subtract(1, p)))));
}

/** Labels moved towards 0.5. */
export const smoothBinary = (yTrue: Tensor, smoothing: number): Tensor =>
  smoothing === 0 ? yTrue : add(multiply(yTrue, 1 - smoothing), 0.5 * smoothing);

export class BinaryCrossentropy extends Loss {
  static override readonly settings: readonly string[] = ["from_logits", "label_smoothing", "axis"];
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: BinaryCrossentropyOptions = {}) {
    super("binary_crossentropy", options);
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const labels = smoothBinary(yTrue, this.labelSmoothing);
    return mean(binaryCrossentropyByElement(labels, yPred, this.fromLogits), { axis: this.axis });
  }
}

/**
 * Crossentropy for yes-or-no decisions: labels 0 or 1 (or probabilities), predictions probabilities (or logits with `fromLogits`), both
 * [batch, …, decisions].
 *
 * @example
 * m.compile({ optimizer: "adam", loss: losses.binaryCrossentropy({ labelSmoothing: 0.1 }) });
 */
export const binaryCrossentropy = (options?: BinaryCrossentropyOptions): BinaryCrossentropy =>
  new BinaryCrossentropy(options);
