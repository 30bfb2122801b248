// Crossentropy between one-hot (or soft) labels and a distribution over classes.

import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, divide, log, logSoftmax, multiply, negative, sum } from "../ops/index.js";
import { fitsOutput, type Labels, Loss, type LossOptions, labelShapeError } from "./loss.js";
import { clipProbabilities } from "./numeric.js";

export interface CategoricalCrossentropyOptions extends LossOptions {
  /** True when predictions are logits (no softmax at the end of the model). Default false. */
  readonly fromLogits?: boolean | undefined;
  /** Share of each label that is spread over all classes. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** The axis of the classes. Default -1. */
  readonly axis?: number | undefined;
}

/** log p by class: of logits, or of probabilities scaled to sum 1 and clipped to [1e-7, 1 - 1e-7]. */
export function logProbabilities(yPred: Tensor, fromLogits: boolean, axis: number): Tensor {
  if (fromLogits) return logSoftmax(yPred, { axis });
  return log(clipProbabilities(normalized(yPred, axis)));
}

/** Scaled so that the classes sum to 1. */
export const normalized = (yPred: Tensor, axis: number): Tensor => divide(yPred, sum(yPred, { axis, keepdims: true }));

/** Labels with a share spread over all classes; Keras divides it by the size of the last axis, whichever the classes' axis is. */
export function smoothCategorical(yTrue: Tensor, smoothing: number): Tensor {
  if (smoothing === 0) return yTrue;
  return add(multiply(yTrue, 1 - smoothing), smoothing / (yTrue.shape.at(-1) as number));
}

/** checkLabels of losses whose labels are one-hot. */
export function checkOneHot(loss: Loss, labels: Labels, outputShape: Shape, output: string): void {
  if (fitsOutput(labels.shape, outputShape)) return;
  const width = outputShape.at(-1);
  const indices = labels.shape.length < outputShape.length || labels.shape.at(-1) === 1;
  const hint = indices
    ? `for labels that are class numbers use "sparse_categorical_crossentropy", or toCategorical(labels, ${width})`
    : `the last dimension must be the number of classes, ${width}`;
  throw labelShapeError(loss, labels, outputShape, output, hint);
}

export class CategoricalCrossentropy extends Loss {
  static override readonly settings: readonly string[] = ["from_logits", "label_smoothing", "axis"];
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: CategoricalCrossentropyOptions = {}) {
    super("categorical_crossentropy", options);
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const labels = smoothCategorical(yTrue, this.labelSmoothing);
    return negative(sum(multiply(labels, logProbabilities(yPred, this.fromLogits, this.axis)), { axis: this.axis }));
  }

  override checkLabels(labels: Labels, outputShape: Shape, output = "the model"): void {
    checkOneHot(this, labels, outputShape, output);
  }
}

/**
 * Crossentropy for one of several classes: labels one-hot, predictions probabilities (or logits with `fromLogits`), both
 * [batch, …, classes]. Labels that are class numbers belong to sparseCategoricalCrossentropy.
 *
 * @example
 * m.compile({ optimizer: "adam", loss: losses.categoricalCrossentropy({ fromLogits: true }) });
 */
export const categoricalCrossentropy = (options?: CategoricalCrossentropyOptions): CategoricalCrossentropy =>
  new CategoricalCrossentropy(options);
