// Counting true and false positives and negatives at several thresholds at once: what precision, recall and areas under curves need.

import { constant } from "../../graph/call.js";
import { ShapeError, ValueError } from "../../graph/errors.js";
import { showShape, sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { asFloats, matchRanks } from "../losses/numeric.js";
import {
  add,
  arange,
  broadcastTo,
  cast,
  ceil,
  clip,
  expandDims,
  greater,
  maximum,
  multiply,
  notEqual,
  oneHot,
  reshape,
  scatterAdd,
  sliceAxis,
  stack,
  subtract,
  sum,
  topK,
  where,
} from "../ops/index.js";

/** Weighted counts by threshold: [thresholds], or [thresholds, labels] when labels are kept apart. */
export interface Confusion {
  readonly truePositives: Tensor;
  readonly falsePositives: Tensor;
  readonly trueNegatives: Tensor;
  readonly falseNegatives: Tensor;
}

export interface ConfusionOptions {
  /** A prediction above a threshold is positive. */
  readonly thresholds: readonly number[];
  /** Only the k largest predictions of a sample can be positive. */
  readonly topK?: number | null;
  /** Only this class counts. */
  readonly classId?: number | null;
  readonly sampleWeight?: Tensor | undefined;
  /** Keeps the labels (last dimension) apart. Default false. */
  readonly multiLabel?: boolean;
  /** Weight of each label. */
  readonly labelWeights?: readonly number[] | null;
}

/** Below every prediction. */
export const belowAll = -1e10;

const sizes = (x: Tensor): readonly number[] => x.shape as readonly number[];
const vector = (data: readonly number[], shape: readonly number[] = [data.length]): Tensor =>
  constant({ shape, dtype: "float32", data: Float64Array.from(data) });

/** Thresholds as a list. Raises ValueError outside of [0, 1]. */
export function parseThresholds(
  given: number | readonly number[] | null | undefined,
  standard: number,
): readonly number[] {
  if (given === null || given === undefined) return [standard];
  const list = typeof given === "number" ? [given] : given;
  const wrong = list.find((threshold) => !(threshold >= 0 && threshold <= 1));
  if (wrong !== undefined) throw new ValueError(`thresholds must be between 0 and 1, received ${wrong}`);
  return list;
}

/** `count` thresholds from 0 to 1. */
export const evenThresholds = (count: number): number[] => Array.from({ length: count }, (_, i) => i / (count - 1));

/** Whether thresholds are 0, 1/n, … 1 (a hair's breadth aside): predictions can then be sorted into buckets by arithmetic. */
function areEven(thresholds: readonly number[]): boolean {
  const last = thresholds.length - 1;
  return last >= 2 && thresholds.every((threshold, i) => Math.abs(threshold - i / last) <= 2e-7 + (1e-5 * i) / last);
}

/** Counts a batch. Raises ShapeError when labels and predictions differ in shape. */
export function confusionOf(labels: Tensor, predictions: Tensor, options: ConfusionOptions): Confusion {
  let [yPred, yTrue] = matchRanks(asFloats(predictions), asFloats(labels));
  if (sizeOf(sizes(yPred)) !== sizeOf(sizes(yTrue))) {
    throw new ShapeError(
      `labels ${showShape(yTrue.shape)} and predictions ${showShape(yPred.shape)} must have one shape`,
    );
  }
  let weight = options.sampleWeight && expandDims(asFloats(options.sampleWeight), -1);
  if (weight) weight = matchRanks(yTrue, weight, false)[1];
  if (options.topK) yPred = onlyLargest(yPred, options.topK);
  if (typeof options.classId === "number") {
    yTrue = sliceAxis(yTrue, -1, options.classId, options.classId + 1);
    yPred = sliceAxis(yPred, -1, options.classId, options.classId + 1);
  }
  const shape = sizes(yPred);
  const width = options.multiLabel ? (shape.at(-1) as number) : 1;
  const flat = (x: Tensor): Tensor => reshape(broadcastTo(x, shape), [-1, width]);
  let weights = weight ? flat(weight) : null;
  if (options.labelWeights) {
    const byLabel = flat(vector(options.labelWeights));
    weights = weights ? multiply(weights, byLabel) : byLabel;
  }
  const isTrue = cast(notEqual(flat(yTrue), 0), "float32");
  const isFalse = subtract(1, isTrue);
  const positives = weights ? multiply(isTrue, weights) : isTrue;
  const negatives = weights ? multiply(isFalse, weights) : isFalse;
  return countAt(flat(yPred), positives, negatives, options);
}

/** Sums of weights above and below each threshold; predictions and weights are [values, labels]. */
function countAt(
  yPred: Tensor,
  positives: Tensor,
  negatives: Tensor,
  { thresholds, multiLabel = false }: ConfusionOptions,
): Confusion {
  const count = thresholds.length;
  let levels = yPred;
  let cuts = vector(thresholds, [count, 1, 1]);
  let [trueWeights, falseWeights] = [positives, negatives];
  if (areEven(thresholds)) {
    // Keras compares the number of the bucket, which rounds differently from the comparison with the threshold itself.
    levels = ceil(multiply(clip(yPred, 0, 1), count - 1));
    if ((thresholds[0] as number) < 0) levels = maximum(levels, 1);
    cuts = reshape(cast(arange(count), "float32"), [count, 1, 1]);
    if (!multiLabel && (yPred.shape[0] as number) > count) {
      // Many values: add them up by bucket first, then treat each bucket as one value.
      const places = cast(reshape(levels, [-1]), "int32");
      const sums = scatterAdd(places, stack([reshape(positives, [-1]), reshape(negatives, [-1])], { axis: 1 }), count);
      trueWeights = sliceAxis(sums, 1, 0, 1);
      falseWeights = sliceAxis(sums, 1, 1, 2);
      levels = reshape(cast(arange(count), "float32"), [count, 1]);
    }
  }
  const above = greater(expandDims(levels, 0), cuts);
  const shape = multiLabel ? [count, yPred.shape[1] as number] : [count];
  const total = (weights: Tensor, isAbove: boolean): Tensor => {
    const wide = expandDims(weights, 0);
    return reshape(sum(isAbove ? where(above, wide, 0) : where(above, 0, wide), { axis: 1 }), shape);
  };
  return {
    truePositives: total(trueWeights, true),
    falsePositives: total(falseWeights, true),
    trueNegatives: total(falseWeights, false),
    falseNegatives: total(trueWeights, false),
  };
}

/** Predictions of which only the `count` largest of each sample remain. */
function onlyLargest(yPred: Tensor, count: number): Tensor {
  const [, places] = topK(yPred, count);
  const kept = sum(oneHot(places, yPred.shape.at(-1) as number), { axis: -2 });
  return add(multiply(yPred, kept), multiply(belowAll, subtract(1, kept)));
}
