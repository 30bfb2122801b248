// Base of metrics whose states are counts of true and false positives and negatives by threshold.

import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { reshape } from "../ops/index.js";
import { type Confusion, type ConfusionOptions, confusionOf } from "./confusion.js";
import { Metric, type MetricOptions, type StateValues } from "./metric.js";

/** Keras's names of the counts. */
const stateNames: Readonly<Record<keyof Confusion, string>> = {
  truePositives: "true_positives",
  falsePositives: "false_positives",
  trueNegatives: "true_negatives",
  falseNegatives: "false_negatives",
};

export abstract class ConfusionMetric extends Metric {
  private readonly counts = new Map<keyof Confusion, Weight>();
  private how: ConfusionOptions = { thresholds: [] };

  /** Makes the states; call it once, in the constructor or in `makeStates`. */
  protected count(
    kinds: readonly (keyof Confusion)[],
    how: ConfusionOptions,
    shape: readonly number[] = [how.thresholds.length],
  ): void {
    this.how = how;
    for (const kind of kinds) this.counts.set(kind, this.addState(this.stateName(kind), shape));
  }

  protected stateName(kind: keyof Confusion): string {
    return stateNames[kind];
  }

  override update(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Map<Weight, Tensor> {
    const more = confusionOf(yTrue, yPred, { ...this.how, sampleWeight });
    return this.adding([...this.counts].map(([kind, state]) => [state, more[kind]]));
  }

  /** A count by threshold. */
  protected counted(kind: keyof Confusion, states?: StateValues): Tensor {
    return this.valueOf(this.counts.get(kind) as Weight, states);
  }

  /** A scalar when there is one threshold. */
  protected byThreshold(values: Tensor): Tensor {
    return this.how.thresholds.length === 1 ? reshape(values, []) : values;
  }
}

export interface ThresholdOptions extends MetricOptions {
  /** A prediction above it is positive; a list gives a vector of results. Default 0.5. */
  readonly thresholds?: number | readonly number[] | null | undefined;
}
