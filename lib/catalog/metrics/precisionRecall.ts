// Precision: how many of the predicted positives are real. Recall: how many of the real positives were predicted.

import type { Tensor } from "../../graph/tensor.js";
import { divideNoNan } from "../losses/numeric.js";
import { add } from "../ops/index.js";
import { belowAll, type Confusion, parseThresholds } from "./confusion.js";
import { ConfusionMetric, type ThresholdOptions } from "./confusionMetric.js";
import type { Direction, StateValues } from "./metric.js";

export interface PrecisionOptions extends ThresholdOptions {
  /** Only the k largest predictions of a sample can be positive; there is no threshold then unless one is given. */
  readonly topK?: number | null | undefined;
  /** Only this class counts. */
  readonly classId?: number | null | undefined;
}

abstract class PositiveShare extends ConfusionMetric {
  static override readonly settings: readonly string[] = ["thresholds", "top_k", "class_id"];
  override readonly direction: Direction = "up";
  readonly thresholds: number | readonly number[] | null;
  readonly topK: number | null;
  readonly classId: number | null;
  private readonly missing: keyof Confusion;

  constructor(missing: keyof Confusion, options: PrecisionOptions = {}) {
    super(options);
    this.missing = missing;
    this.thresholds = options.thresholds ?? null;
    this.topK = options.topK ?? null;
    this.classId = options.classId ?? null;
    const thresholds = parseThresholds(this.thresholds, this.topK === null ? 0.5 : belowAll);
    this.count(["truePositives", missing], { thresholds, topK: this.topK, classId: this.classId });
  }

  override result(states?: StateValues): Tensor {
    const hits = this.counted("truePositives", states);
    return this.byThreshold(divideNoNan(hits, add(hits, this.counted(this.missing, states))));
  }
}

export class Precision extends PositiveShare {
  constructor(options?: PrecisionOptions) {
    super("falsePositives", options);
  }
}

export class Recall extends PositiveShare {
  constructor(options?: PrecisionOptions) {
    super("falseNegatives", options);
  }
}

/**
 * true positives / predicted positives; labels 0 or 1, predictions in [0, 1], of one shape. Raises ValueError for thresholds outside of
 * [0, 1].
 *
 * @example
 * m.compile({ optimizer: "adam", loss: "binary_crossentropy", metrics: [metrics.precision({ thresholds: 0.7 })] });
 */
export const precision = (options?: PrecisionOptions): Precision => new Precision(options);
/** true positives / real positives; as precision. */
export const recall = (options?: PrecisionOptions): Recall => new Recall(options);
