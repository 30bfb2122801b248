// The best of one rate among the thresholds at which another is good enough.

import { ValueError } from "../../graph/errors.js";
import type { Tensor } from "../../graph/tensor.js";
import { divideNoNan } from "../losses/numeric.js";
import { add, greaterEqual, max, where } from "../ops/index.js";
import { type Confusion, evenThresholds } from "./confusion.js";
import { ConfusionMetric } from "./confusionMetric.js";
import type { Direction, MetricOptions, StateValues } from "./metric.js";

export interface AtConstraintOptions extends MetricOptions {
  /** Number of thresholds between 0 and 1 that are tried. Default 200. */
  readonly numThresholds?: number | undefined;
  /** Only this class counts. */
  readonly classId?: number | null | undefined;
}

type Rate = readonly [hit: keyof Confusion, miss: keyof Confusion];
const sensitivityRate: Rate = ["truePositives", "falseNegatives"];
const specificityRate: Rate = ["trueNegatives", "falsePositives"];
const precisionRate: Rate = ["truePositives", "falsePositives"];

abstract class AtConstraint extends ConfusionMetric {
  override readonly direction: Direction = "up";
  readonly numThresholds: number;
  readonly classId: number | null;
  private readonly rates: { readonly constrained: Rate; readonly wanted: Rate; readonly least: number };

  constructor(constrained: Rate, wanted: Rate, least: number, options: AtConstraintOptions) {
    super(options);
    this.numThresholds = options.numThresholds ?? 200;
    this.classId = options.classId ?? null;
    this.rates = { constrained, wanted, least };
    if (!(least >= 0 && least <= 1))
      throw new ValueError(`${this.name}: the rate must be between 0 and 1, received ${least}`);
    if (!(this.numThresholds > 0))
      throw new ValueError(`${this.name}: numThresholds must be above 0, received ${this.numThresholds}`);
    const thresholds = this.numThresholds === 1 ? [0.5] : evenThresholds(this.numThresholds);
    this.count(["truePositives", "falsePositives", "trueNegatives", "falseNegatives"], {
      thresholds,
      classId: this.classId,
    });
  }

  override result(states?: StateValues): Tensor {
    const rate = ([hit, miss]: Rate): Tensor => {
      const hits = this.counted(hit, states);
      return divideNoNan(hits, add(hits, this.counted(miss, states)));
    };
    return max(where(greaterEqual(rate(this.rates.constrained), this.rates.least), rate(this.rates.wanted), 0));
  }
}

export class SensitivityAtSpecificity extends AtConstraint {
  static override readonly settings: readonly string[] = ["num_thresholds", "specificity", "class_id"];
  readonly specificity: number;

  constructor(options: AtConstraintOptions & { readonly specificity: number }) {
    super(specificityRate, sensitivityRate, options.specificity, options);
    this.specificity = options.specificity;
  }
}

export class SpecificityAtSensitivity extends AtConstraint {
  static override readonly settings: readonly string[] = ["num_thresholds", "sensitivity", "class_id"];
  readonly sensitivity: number;

  constructor(options: AtConstraintOptions & { readonly sensitivity: number }) {
    super(sensitivityRate, specificityRate, options.sensitivity, options);
    this.sensitivity = options.sensitivity;
  }
}

export class PrecisionAtRecall extends AtConstraint {
  static override readonly settings: readonly string[] = ["num_thresholds", "recall", "class_id"];
  readonly recall: number;

  constructor(options: AtConstraintOptions & { readonly recall: number }) {
    super(sensitivityRate, precisionRate, options.recall, options);
    this.recall = options.recall;
  }
}

export class RecallAtPrecision extends AtConstraint {
  static override readonly settings: readonly string[] = ["num_thresholds", "precision", "class_id"];
  readonly precision: number;

  constructor(options: AtConstraintOptions & { readonly precision: number }) {
    super(precisionRate, sensitivityRate, options.precision, options);
    this.precision = options.precision;
  }
}

/** Best sensitivity (recall) at a specificity of at least `specificity`. */
export const sensitivityAtSpecificity = (
  specificity: number,
  options?: AtConstraintOptions,
): SensitivityAtSpecificity => new SensitivityAtSpecificity({ ...options, specificity });
/** Best specificity at a sensitivity (recall) of at least `sensitivity`. */
export const specificityAtSensitivity = (
  sensitivity: number,
  options?: AtConstraintOptions,
): SpecificityAtSensitivity => new SpecificityAtSensitivity({ ...options, sensitivity });
/** Best precision at a recall of at least `recall`. */
export const precisionAtRecall = (recall: number, options?: AtConstraintOptions): PrecisionAtRecall =>
  new PrecisionAtRecall({ ...options, recall });
/** Best recall at a precision of at least `precision`. */
export const recallAtPrecision = (precision: number, options?: AtConstraintOptions): RecallAtPrecision =>
  new RecallAtPrecision({ ...options, precision });
