// The metrics: one line each. Strings, Keras's configs, functions, losses and instances all become a Metric here.

import { ValueError } from "../../graph/errors.js";
import { snakeCase } from "../../graph/names.js";
import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import type { Shape } from "../../graph/shape.js";
import { type ConfigurableClass, itemOf } from "../config.js";
import { Loss, type LossName, losses } from "../losses/index.js";
import {
  Accuracy,
  BinaryAccuracy,
  CategoricalAccuracy,
  resolveAccuracy,
  SparseCategoricalAccuracy,
} from "./accuracy.js";
import {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
} from "./atConstraint.js";
import { AUC } from "./auc.js";
import { ConcordanceCorrelation } from "./concordanceCorrelation.js";
import { FalseNegatives, FalsePositives, TrueNegatives, TruePositives } from "./counts.js";
import { F1Score, FBetaScore } from "./fScore.js";
import { BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU } from "./iou.js";
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  CategoricalHinge,
  CosineSimilarity,
  Hinge,
  KLDivergence,
  LogCoshError,
  LossMetric,
  LossObjectMetric,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Poisson,
  SparseCategoricalCrossentropy,
  SquaredHinge,
} from "./lossMetrics.js";
import { Mean, MeanMetric, type MetricFunction, Sum } from "./mean.js";
import { Metric, metricSettings } from "./metric.js";
import { PearsonCorrelation } from "./pearsonCorrelation.js";
import { Precision, Recall } from "./precisionRecall.js";
import { R2Score } from "./r2Score.js";
import { RootMeanSquaredError } from "./rootMeanSquaredError.js";
import { SparseTopKCategoricalAccuracy, TopKCategoricalAccuracy } from "./topKAccuracy.js";

export {
  accuracy,
  type BinaryAccuracyOptions,
  binaryAccuracy,
  categoricalAccuracy,
  resolveAccuracy,
  sparseCategoricalAccuracy,
} from "./accuracy.js";
export {
  type AtConstraintOptions,
  precisionAtRecall,
  recallAtPrecision,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
} from "./atConstraint.js";
export { type AUCOptions, auc } from "./auc.js";
export { concordanceCorrelation } from "./concordanceCorrelation.js";
export type { ThresholdOptions } from "./confusionMetric.js";
export { falseNegatives, falsePositives, trueNegatives, truePositives } from "./counts.js";
export { type F1ScoreOptions, type FBetaScoreOptions, f1Score, fBetaScore } from "./fScore.js";
export {
  type BinaryIoUOptions,
  binaryIoU,
  type IoUOptions,
  iou,
  type MeanIoUOptions,
  meanIoU,
  oneHotIoU,
  oneHotMeanIoU,
} from "./iou.js";
export { LossMetric } from "./lossMetrics.js";
export { Mean, MeanMetric, type MetricFunction, meanMetric, Sum, sumMetric } from "./mean.js";
export { type Direction, Metric, type MetricOptions, type StateValues } from "./metric.js";
export { type CorrelationOptions, pearsonCorrelation } from "./pearsonCorrelation.js";
export { type PrecisionOptions, precision, recall } from "./precisionRecall.js";
export { type R2ScoreOptions, r2Score } from "./r2Score.js";
export { rootMeanSquaredError } from "./rootMeanSquaredError.js";
export {
  type SparseTopKOptions,
  sparseTopKCategoricalAccuracy,
  type TopKOptions,
  topKCategoricalAccuracy,
} from "./topKAccuracy.js";

/** What metrics may be called in a string: Keras's names and short forms, and every loss's. */
export type MetricName =
  | LossName
  | "accuracy"
  | "acc"
  | "binary_accuracy"
  | "categorical_accuracy"
  | "sparse_categorical_accuracy"
  | "root_mean_squared_error"
  | "log_cosh_error"
  | "mean"
  | "sum"
  | "top_k_categorical_accuracy"
  | "sparse_top_k_categorical_accuracy"
  | "auc"
  | "precision"
  | "recall"
  | "true_positives"
  | "true_negatives"
  | "false_positives"
  | "false_negatives"
  | "f1_score"
  | "fbeta_score"
  | "r2_score"
  | "pearson_correlation"
  | "concordance_correlation"
  | "binary_io_u";

/** Whatever names a metric; losses count as the mean of their values. */
export type MetricLike = MetricName | Metric | Loss | MetricFunction | SerializedItem;

/** A class as a registry's item, known by its name in snake case too. */
const item = (made: ConfigurableClass<Metric>, ...aliases: MetricName[]): ItemClass<Metric> =>
  itemOf<Metric>(made, metricSettings, [snakeCase(made.name), ...aliases]);

/** All metrics, by class name and by identifier. */
export const metrics: Registry<Metric> = new Registry<Metric>(
  "metric",
  [
    item(Mean),
    item(Sum),
    item(Accuracy),
    item(BinaryAccuracy),
    item(CategoricalAccuracy),
    item(SparseCategoricalAccuracy),
    item(MeanSquaredError, "mse", "MSE"),
    item(MeanAbsoluteError, "mae", "MAE"),
    item(MeanAbsolutePercentageError, "mape", "MAPE"),
    item(MeanSquaredLogarithmicError, "msle", "MSLE"),
    item(RootMeanSquaredError),
    item(CosineSimilarity),
    item(PearsonCorrelation),
    item(ConcordanceCorrelation),
    item(LogCoshError),
    item(BinaryCrossentropy, "bce", "BCE"),
    item(CategoricalCrossentropy),
    item(SparseCategoricalCrossentropy),
    item(KLDivergence, "kl_divergence"),
    item(Poisson),
    item(Hinge),
    item(SquaredHinge),
    item(CategoricalHinge),
    item(TopKCategoricalAccuracy),
    item(SparseTopKCategoricalAccuracy),
    item(AUC),
    item(Precision),
    item(Recall),
    item(TruePositives),
    item(TrueNegatives),
    item(FalsePositives),
    item(FalseNegatives),
    item(F1Score, "f1_score"),
    item(FBetaScore, "fbeta_score"),
    item(R2Score),
    item(IoU),
    item(BinaryIoU),
    item(MeanIoU),
    item(OneHotIoU),
    item(OneHotMeanIoU),
    item(PrecisionAtRecall),
    item(RecallAtPrecision),
    item(SensitivityAtSpecificity),
    item(SpecificityAtSensitivity),
  ],
  (own: MetricFunction) => new MeanMetric(own),
);

/**
 * The metric that `identifier` means for labels and an output of these shapes (null: the batch), built, and named as Keras names it:
 * by the string that the user wrote, or by its own name. Raises NameError for an unknown name (with the nearest known one),
 * ValueError for what names no metric.
 */
export function resolveMetric(identifier: MetricLike, yTrue: Shape, yPred: Shape): Metric {
  const metric = metricOf(identifier, yTrue, yPred);
  if (typeof identifier === "string") metric.name = identifier;
  metric.build(yTrue, yPred);
  return metric;
}

function metricOf(identifier: MetricLike, yTrue: Shape, yPred: Shape): Metric {
  if (identifier instanceof Metric) return identifier;
  if (identifier instanceof Loss) return new LossObjectMetric(identifier);
  if (typeof identifier === "function") return new MeanMetric(identifier);
  if (typeof identifier === "string") {
    if (["accuracy", "acc"].includes(identifier.toLowerCase())) return resolveAccuracy(yTrue, yPred, identifier);
    // Losses that Keras keeps no metric for are means of their values.
    if (metrics.names().includes(identifier) || !losses.names().includes(identifier)) return metrics.get(identifier);
    return new LossMetric(losses.get(identifier));
  }
  if (typeof (identifier as SerializedItem | undefined)?.class_name === "string")
    return metrics.deserialize(identifier);
  throw new ValueError(`${String(identifier)} is no metric`, {
    hint: 'give a name ("accuracy"), a Metric, or a function of labels and predictions',
  });
}
