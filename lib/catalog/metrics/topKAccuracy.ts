// How often the label is among the k largest predictions.

import type { Tensor } from "../../graph/tensor.js";
import { argmax, cast, expandDims, greater, less, multiply, oneHot, sum } from "../ops/index.js";
import { classNumbers } from "./accuracy.js";
import { MeanMetric } from "./mean.js";
import type { MetricOptions } from "./metric.js";

export interface TopKOptions extends MetricOptions {
  /** Default 5. */
  readonly k?: number | undefined;
}

/** 1 where fewer than k predictions exceed that of the label; labels [batch, …], predictions [batch, …, classes]. */
function isInTopK(labels: Tensor, yPred: Tensor, k: number): Tensor {
  const own = sum(multiply(yPred, oneHot(labels, yPred.shape.at(-1) as number)), { axis: -1 });
  const better = sum(cast(greater(yPred, expandDims(own, -1)), "float32"), { axis: -1 });
  return cast(less(better, k), "float32");
}

export class TopKCategoricalAccuracy extends MeanMetric {
  static override readonly settings: readonly string[] = ["k"];
  readonly k: number;

  constructor(options: TopKOptions = {}) {
    const k = options.k ?? 5;
    super((yTrue, yPred) => isInTopK(argmax(yTrue, { axis: -1 }), yPred, k), options, "top_k_categorical_accuracy");
    this.k = k;
  }
}

export class SparseTopKCategoricalAccuracy extends MeanMetric {
  static override readonly settings: readonly string[] = ["k"];
  readonly k: number;

  constructor(options: TopKOptions = {}) {
    const k = options.k ?? 5;
    super(
      (yTrue, yPred) => isInTopK(classNumbers(yTrue, yPred), yPred, k),
      options,
      "sparse_top_k_categorical_accuracy",
    );
    this.k = k;
  }
}

/** Share of samples whose one-hot label is among the k largest predictions; both [batch, …, classes]. */
export const topKCategoricalAccuracy = (options?: TopKOptions): TopKCategoricalAccuracy =>
  new TopKCategoricalAccuracy(options);
/** The same for class numbers [batch, …]. */
export const sparseTopKCategoricalAccuracy = (options?: TopKOptions): SparseTopKCategoricalAccuracy =>
  new SparseTopKCategoricalAccuracy(options);
