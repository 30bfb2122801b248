// Numbers of true and false positives and negatives.

import type { Tensor } from "../../graph/tensor.js";
import { type Confusion, parseThresholds } from "./confusion.js";
import { ConfusionMetric, type ThresholdOptions } from "./confusionMetric.js";
import type { StateValues } from "./metric.js";

abstract class Count extends ConfusionMetric {
  static override readonly settings: readonly string[] = ["thresholds"];
  readonly thresholds: number | readonly number[] | null;
  private readonly kind: keyof Confusion;

  constructor(kind: keyof Confusion, options: ThresholdOptions = {}) {
    super(options);
    this.kind = kind;
    this.thresholds = options.thresholds ?? null;
    this.count([kind], { thresholds: parseThresholds(this.thresholds, 0.5) });
  }

  protected override stateName(): string {
    return "accumulator";
  }

  override result(states?: StateValues): Tensor {
    return this.byThreshold(this.counted(this.kind, states));
  }
}

export class TruePositives extends Count {
  constructor(options?: ThresholdOptions) {
    super("truePositives", options);
  }
}

export class TrueNegatives extends Count {
  constructor(options?: ThresholdOptions) {
    super("trueNegatives", options);
  }
}

export class FalsePositives extends Count {
  constructor(options?: ThresholdOptions) {
    super("falsePositives", options);
  }
}

export class FalseNegatives extends Count {
  constructor(options?: ThresholdOptions) {
    super("falseNegatives", options);
  }
}

/** Number of positives that were predicted. */
export const truePositives = (options?: ThresholdOptions): TruePositives => new TruePositives(options);
/** Number of negatives that were predicted. */
export const trueNegatives = (options?: ThresholdOptions): TrueNegatives => new TrueNegatives(options);
/** Number of negatives that were predicted to be positive. */
export const falsePositives = (options?: ThresholdOptions): FalsePositives => new FalsePositives(options);
/** Number of positives that were predicted to be negative. */
export const falseNegatives = (options?: ThresholdOptions): FalseNegatives => new FalseNegatives(options);
