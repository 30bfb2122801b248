// rate / (1 + decay · step / steps).

import type { Tensor } from "../../graph/tensor.js";
import { add, divide, multiply } from "../ops/index.js";
import type { StaircaseOptions } from "./decay.js";
import { PeriodicDecay } from "./periodic.js";

export class InverseTimeDecay extends PeriodicDecay {
  protected override rateAfter(passed: Tensor): Tensor {
    return divide(this.initialLearningRate, add(1, multiply(this.decayRate, passed)));
  }
}

/**
 * The rate falls like 1 / time: initial / (1 + decayRate·step / decaySteps). Raises ValueError for decaySteps ≤ 0.
 *
 * @example
 * inverseTimeDecay(0.5, 10, 1).at(10); // 0.25
 */
export const inverseTimeDecay = (
  initialLearningRate: number,
  decaySteps: number,
  decayRate: number,
  options: StaircaseOptions = {},
): InverseTimeDecay => new InverseTimeDecay({ initialLearningRate, decaySteps, decayRate, ...options });
