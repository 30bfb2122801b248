// How often predictions hit the label: for equal values, yes-or-no decisions, one-hot labels and class numbers.

import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { classificationKind } from "../losses/index.js";
import { asFloats, matchRanks } from "../losses/numeric.js";
import { argmax, cast, equal, greater, squeeze } from "../ops/index.js";
import { MeanMetric } from "./mean.js";
import type { Direction, MetricOptions } from "./metric.js";

const hits = (a: Tensor, b: Tensor): Tensor => cast(equal(a, b), "float32");

/** Share of predictions that equal their label. */
export class Accuracy extends MeanMetric {
  override readonly direction: Direction = "up";
  constructor(options: MetricOptions = {}) {
    super((yTrue, yPred) => hits(...matchRanks(asFloats(yTrue), asFloats(yPred))), options, "accuracy");
  }
}

export interface BinaryAccuracyOptions extends MetricOptions {
  /** A prediction above it means 1. Default 0.5. */
  readonly threshold?: number | undefined;
}

/** Share of yes-or-no decisions that are right. */
export class BinaryAccuracy extends MeanMetric {
  static override readonly settings: readonly string[] = ["threshold"];
  override readonly direction: Direction = "up";
  readonly threshold: number;

  constructor(options: BinaryAccuracyOptions = {}) {
    const threshold = options.threshold ?? 0.5;
    const compute = (yTrue: Tensor, yPred: Tensor): Tensor => {
      const [labels, predictions] = matchRanks(asFloats(yTrue), asFloats(yPred));
      return hits(labels, cast(greater(predictions, threshold), "float32"));
    };
    super(compute, options, "binary_accuracy");
    this.threshold = threshold;
  }
}

/** Share of samples whose largest prediction is where the one-hot label is. */
export class CategoricalAccuracy extends MeanMetric {
  override readonly direction: Direction = "up";
  constructor(options: MetricOptions = {}) {
    super(
      (yTrue, yPred) => hits(argmax(yTrue, { axis: -1 }), argmax(yPred, { axis: -1 })),
      options,
      "categorical_accuracy",
    );
  }
}

/** Class numbers without a last dimension of size 1, as int32. */
export function classNumbers(yTrue: Tensor, yPred: Tensor): Tensor {
  const numbers = yTrue.rank === yPred.rank && yTrue.shape.at(-1) === 1 ? squeeze(yTrue, -1) : yTrue;
  return cast(numbers, "int32");
}

/** Share of samples whose largest prediction is at the label's class number. */
export class SparseCategoricalAccuracy extends MeanMetric {
  override readonly direction: Direction = "up";
  constructor(options: MetricOptions = {}) {
    const compute = (yTrue: Tensor, yPred: Tensor): Tensor =>
      hits(classNumbers(yTrue, yPred), argmax(yPred, { axis: -1 }));
    super(compute, options, "sparse_categorical_accuracy");
  }
}

/** What "accuracy" means for labels and predictions of these shapes, as Keras decides it. */
export function resolveAccuracy(yTrue: Shape, yPred: Shape, name = "accuracy"): MeanMetric {
  const kind = classificationKind(yTrue, yPred);
  if (kind === "binary") return new BinaryAccuracy({ name });
  return kind === "sparse" ? new SparseCategoricalAccuracy({ name }) : new CategoricalAccuracy({ name });
}

/** Share of predictions equal to their label; labels and predictions of one shape. */
export const accuracy = (options?: MetricOptions): Accuracy => new Accuracy(options);
/** Share of right yes-or-no decisions; labels 0 or 1, predictions probabilities, of one shape. */
export const binaryAccuracy = (options?: BinaryAccuracyOptions): BinaryAccuracy => new BinaryAccuracy(options);
/** Share of right classes; one-hot labels and predictions, both [batch, …, classes]. */
export const categoricalAccuracy = (options?: MetricOptions): CategoricalAccuracy => new CategoricalAccuracy(options);
/** Share of right classes; class numbers [batch, …] and predictions [batch, …, classes]. */
export const sparseCategoricalAccuracy = (options?: MetricOptions): SparseCategoricalAccuracy =>
  new SparseCategoricalAccuracy(options);
