// Root of the mean squared error over all samples so far.

import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { asFloats, matchRanks } from "../losses/numeric.js";
import { sqrt, square, subtract } from "../ops/index.js";
import { Mean } from "./mean.js";
import type { Direction, MetricOptions, StateValues } from "./metric.js";

export class RootMeanSquaredError extends Mean {
  override readonly direction: Direction = "down";

  constructor(options: MetricOptions = {}) {
    super(options, "root_mean_squared_error");
  }

  override update(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Map<Weight, Tensor> {
    return this.addValues(square(subtract(...matchRanks(asFloats(yPred), asFloats(yTrue)))), sampleWeight);
  }

  override result(states?: StateValues): Tensor {
    return sqrt(super.result(states));
  }
}

/** √(mean of (y - p)²); labels and predictions of one shape. */
export const rootMeanSquaredError = (options?: MetricOptions): RootMeanSquaredError =>
  new RootMeanSquaredError(options);
