// Area under the ROC or precision-recall curve, approximated at fixed thresholds.

import { constant } from "../../graph/call.js";
import { requireOneOf, ShapeError, ValueError } from "../../graph/errors.js";
import { type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { divideNoNan, epsilon } from "../losses/numeric.js";
import {
  add,
  divide,
  equal,
  greater,
  log,
  logicalAnd,
  maximum,
  mean,
  minimum,
  multiply,
  sigmoid,
  sliceAxis,
  subtract,
  sum,
  where,
} from "../ops/index.js";
import { type Confusion, evenThresholds } from "./confusion.js";
import { ConfusionMetric } from "./confusionMetric.js";
import type { Direction, MetricOptions, StateValues } from "./metric.js";

export type Curve = "ROC" | "PR" | "PRGAIN";
export type SummationMethod = "interpolation" | "minoring" | "majoring";

export interface AUCOptions extends MetricOptions {
  /** Number of thresholds; more are more exact. Default 200. */
  readonly numThresholds?: number | undefined;
  /** Default "ROC". */
  readonly curve?: Curve | undefined;
  /** How heights between two thresholds are taken. Default "interpolation". */
  readonly summationMethod?: SummationMethod | undefined;
  /** Thresholds instead of evenly spaced ones, without 0 and 1. */
  readonly thresholds?: readonly number[] | null | undefined;
  /** One curve for each label, and the mean of the areas. Default false. */
  readonly multiLabel?: boolean | undefined;
  readonly numLabels?: number | null | undefined;
  /** Weight of each label. */
  readonly labelWeights?: readonly number[] | null | undefined;
  /** True when predictions are logits. Default false. */
  readonly fromLogits?: boolean | undefined;
}

const kinds: readonly (keyof Confusion)[] = ["truePositives", "falsePositives", "trueNegatives", "falseNegatives"];

export class AUC extends ConfusionMetric {
  static override readonly settings: readonly string[] = [
    "num_thresholds",
    "curve",
    "summation_method",
    "multi_label",
    "num_labels",
    "label_weights",
    "from_logits",
    "thresholds",
  ];
  override readonly direction: Direction = "up";
  readonly numThresholds: number;
  readonly curve: Curve;
  readonly summationMethod: SummationMethod;
  readonly multiLabel: boolean;
  readonly numLabels: number | null;
  readonly labelWeights: readonly number[] | null;
  readonly fromLogits: boolean;
  readonly thresholds: readonly number[] | null;

  /** Raises ValueError for fewer than two thresholds or an unknown curve. */
  constructor(options: AUCOptions = {}) {
    super(options);
    this.thresholds = options.thresholds ? [...options.thresholds].sort((a, b) => a - b) : null;
    this.numThresholds = this.thresholds ? this.thresholds.length + 2 : (options.numThresholds ?? 200);
    this.curve = (options.curve ?? "ROC").toUpperCase() as Curve;
    this.summationMethod = (options.summationMethod ?? "interpolation").toLowerCase() as SummationMethod;
    this.multiLabel = options.multiLabel ?? false;
    this.numLabels = options.numLabels ?? null;
    this.labelWeights = options.labelWeights ?? null;
    this.fromLogits = options.fromLogits ?? false;
    if (!(this.numThresholds > 1))
      throw new ValueError(`${this.name}: numThresholds must be above 1, received ${this.numThresholds}`);
    requireOneOf(`${this.name}: curve`, this.curve, ["ROC", "PR", "PRGAIN"]);
    requireOneOf(`${this.name}: summationMethod`, this.summationMethod, ["interpolation", "minoring", "majoring"]);
    if (!this.multiLabel) this.count(kinds, { thresholds: this.cuts, labelWeights: this.labelWeights });
  }

  // A hair's breadth beyond 0 and 1, so that every prediction is above the first and none above the last.
  private get cuts(): readonly number[] {
    const inner = this.thresholds ?? evenThresholds(this.numThresholds).slice(1, -1);
    return [-epsilon, ...inner, 1 + epsilon];
  }

  protected override makeStates(_yTrue: Shape, yPred: Shape): void {
    if (!this.multiLabel) return;
    const labels = this.numLabels ?? yPred.at(-1);
    if (yPred.length !== 2 || typeof labels !== "number") {
      throw new ShapeError(`${this.name} with multiLabel expects [batch, labels], received ${showShape(yPred)}`);
    }
    this.count(kinds, { thresholds: this.cuts, multiLabel: true }, [this.numThresholds, labels]);
  }

  override getConfig(): Record<string, unknown> {
    const { thresholds, ...config } = super.getConfig();
    return thresholds === null ? config : { ...config, thresholds };
  }

  override update(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Map<Weight, Tensor> {
    return super.update(yTrue, this.fromLogits ? sigmoid(yPred) : yPred, sampleWeight);
  }

  override result(states?: StateValues): Tensor {
    const [tp, fp, tn, fn] = kinds.map((kind) => this.counted(kind, states)) as [Tensor, Tensor, Tensor, Tensor];
    const pieces =
      this.curve === "PR" && this.summationMethod === "interpolation"
        ? interpolatedPR(tp, fp, fn)
        : this.riemann(tp, fp, tn, fn);
    if (!this.multiLabel) return sum(pieces);
    const byLabel = sum(pieces, { axis: 0 });
    if (!this.labelWeights) return mean(byLabel);
    const weights = constant({
      shape: [this.labelWeights.length],
      dtype: "float32",
      data: Float64Array.from(this.labelWeights),
    });
    return divideNoNan(sum(multiply(byLabel, weights)), sum(weights));
  }

  /** Areas between neighbouring thresholds: width along x times height along y. */
  private riemann(tp: Tensor, fp: Tensor, tn: Tensor, fn: Tensor): Tensor {
    const [x, y] = this.axes(tp, fp, tn, fn);
    const [low, high] = [front(y), back(y)];
    const heights = {
      interpolation: () => divide(add(low, high), 2),
      minoring: () => minimum(low, high),
      majoring: () => maximum(low, high),
    }[this.summationMethod]();
    return multiply(subtract(front(x), back(x)), heights);
  }

  private axes(tp: Tensor, fp: Tensor, tn: Tensor, fn: Tensor): [Tensor, Tensor] {
    const recall = divideNoNan(tp, add(tp, fn));
    if (this.curve === "ROC") return [divideNoNan(fp, add(fp, tn)), recall];
    if (this.curve === "PR") return [recall, divideNoNan(tp, add(tp, fp))];
    // Precision-recall-gain (Flach and Kull 2015): rates relative to always answering yes.
    const scale = divideNoNan(add(tp, fn), add(tn, fp));
    const gain = (misses: Tensor): Tensor => subtract(1, multiply(scale, divideNoNan(misses, tp)));
    const none = equal(tp, 0);
    return [maximum(where(none, 0, gain(fn)), 0), where(none, 1, gain(fp))];
  }
}

const front = (x: Tensor): Tensor => sliceAxis(x, 0, 0, (x.shape[0] as number) - 1);
const back = (x: Tensor): Tensor => sliceAxis(x, 0, 1, x.shape[0] as number);

/** Areas under the precision-recall curve where counts, not rates, are interpolated (Davis and Goadrich 2006). */
function interpolatedPR(tp: Tensor, fp: Tensor, fn: Tensor): Tensor {
  const positives = add(tp, fp);
  const [before, after] = [front(positives), back(positives)];
  const change = subtract(front(tp), back(tp));
  const slope = divideNoNan(change, maximum(subtract(before, after), 0));
  const intercept = subtract(back(tp), multiply(slope, after));
  const both = logicalAnd(greater(before, 0), greater(after, 0));
  const ratio = where(both, divideNoNan(before, maximum(after, 0)), 1);
  const area = multiply(slope, add(change, multiply(intercept, log(ratio))));
  return divideNoNan(area, maximum(add(back(tp), back(fn)), 0));
}

/**
 * Area under a curve over all thresholds: the chance that a positive is ranked above a negative, for "ROC". Labels 0 or 1,
 * predictions in [0, 1] (or logits with `fromLogits`), of one shape.
 *
 * @example
 * m.compile({ optimizer: "adam", loss: "binary_crossentropy", metrics: [metrics.auc({ curve: "PR" })] });
 */
export const auc = (options?: AUCOptions): AUC => new AUC(options);
