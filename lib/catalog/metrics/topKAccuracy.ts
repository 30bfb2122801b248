// How often the label is among the k largest predictions.

import type { Tensor } from "../../graph/tensor.js";
import { any, argmax, cast, equal, expandDims, greater, less, multiply, oneHot, sliceAxis, sum } from "../ops/index.js";
import { classNumbers } from "./accuracy.js";
import { MeanMetric } from "./mean.js";
import type { Direction, MetricOptions } from "./metric.js";

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
  override readonly direction: Direction = "up";
  readonly k: number;

  constructor(options: TopKOptions = {}) {
    const k = options.k ?? 5;
    super((yTrue, yPred) => isInTopK(argmax(yTrue, { axis: -1 }), yPred, k), options, "top_k_categorical_accuracy");
    this.k = k;
  }
}

export interface SparseTopKOptions extends TopKOptions {
  /** Whether predictions are class numbers, best first, rather than scores by class. Default false. */
  readonly fromSortedIds?: boolean | undefined;
}

/** 1 where the label is among the first k class numbers. */
function isAmongFirst(labels: Tensor, ids: Tensor, k: number): Tensor {
  const first = sliceAxis(ids, -1, 0, Math.min(k, ids.shape.at(-1) as number));
  return cast(any(equal(cast(expandDims(labels, -1), ids.dtype), first), { axis: -1 }), "float32");
}

export class SparseTopKCategoricalAccuracy extends MeanMetric {
  static override readonly settings: readonly string[] = ["k", "from_sorted_ids"];
  override readonly direction: Direction = "up";
  readonly k: number;
  readonly fromSortedIds: boolean;

  constructor(options: SparseTopKOptions = {}) {
    const { k = 5, fromSortedIds = false } = options;
    const isHit = fromSortedIds ? isAmongFirst : isInTopK;
    super((yTrue, yPred) => isHit(classNumbers(yTrue, yPred), yPred, k), options, "sparse_top_k_categorical_accuracy");
    this.k = k;
    this.fromSortedIds = fromSortedIds;
  }

  // Young in Keras: written only where it matters, so that older versions read the rest.
  override getConfig(): Record<string, unknown> {
    const { from_sorted_ids: fromSortedIds, ...config } = super.getConfig();
    return fromSortedIds ? { ...config, from_sorted_ids: true } : config;
  }
}

/** Share of samples whose one-hot label is among the k largest predictions; both [batch, …, classes]. */
export const topKCategoricalAccuracy = (options?: TopKOptions): TopKCategoricalAccuracy =>
  new TopKCategoricalAccuracy(options);
/** The same for class numbers [batch, …]. */
export const sparseTopKCategoricalAccuracy = (options?: SparseTopKOptions): SparseTopKCategoricalAccuracy =>
  new SparseTopKCategoricalAccuracy(options);
