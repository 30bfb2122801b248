// rate · decay^(step / steps).

import type { Tensor } from "../../graph/tensor.js";
import { multiply, power } from "../ops/index.js";
import type { StaircaseOptions } from "./decay.js";
import { PeriodicDecay } from "./periodic.js";

export class ExponentialDecay extends PeriodicDecay {
  protected override rateAfter(passed: Tensor): Tensor {
    return multiply(this.initialLearningRate, power(this.decayRate, passed));
  }
}

/**
 * The rate is multiplied by `decayRate` every `decaySteps` steps, smoothly unless `staircase`. Raises ValueError for decaySteps ≤ 0.
 *
 * @example
 * adam({ learningRate: exponentialDecay(0.1, 1000, 0.5) });
 */
export const exponentialDecay = (
  initialLearningRate: number,
  decaySteps: number,
  decayRate: number,
  options: StaircaseOptions = {},
): ExponentialDecay => new ExponentialDecay({ initialLearningRate, decaySteps, decayRate, ...options });
