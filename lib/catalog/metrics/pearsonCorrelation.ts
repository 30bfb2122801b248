// How well predictions follow labels along a straight line (Pearson, 1895).

import type { Tensor } from "../../graph/tensor.js";
import { asFloats, matchRanks } from "../losses/numeric.js";
import { divide, mean, multiply, sqrt, square, subtract } from "../ops/index.js";
import { MeanMetric } from "./mean.js";
import type { Direction, MetricOptions } from "./metric.js";

export interface CorrelationOptions extends MetricOptions {
  /** The axis of the values that are compared. Default -1. */
  readonly axis?: number | undefined;
}

/** Mean 0 and variance 1 along `axis`. */
function standardized(x: Tensor, axis: number): Tensor {
  const centered = subtract(x, mean(x, { axis, keepdims: true }));
  return divide(centered, sqrt(mean(square(centered), { axis, keepdims: true })));
}

export class PearsonCorrelation extends MeanMetric {
  static override readonly settings: readonly string[] = ["axis"];
  override readonly direction: Direction = "up";
  readonly axis: number;

  constructor(options: CorrelationOptions = {}) {
    const axis = options.axis ?? -1;
    const compute = (yTrue: Tensor, yPred: Tensor): Tensor => {
      const [labels, predictions] = matchRanks(asFloats(yTrue), asFloats(yPred));
      return mean(multiply(standardized(labels, axis), standardized(predictions, axis)), { axis });
    };
    super(compute, options, "pearson_correlation");
    this.axis = axis;
  }
}

/** Pearson's correlation of labels and predictions along `axis`, from -1 to 1; both of one shape. */
export const pearsonCorrelation = (options?: CorrelationOptions): PearsonCorrelation => new PearsonCorrelation(options);
