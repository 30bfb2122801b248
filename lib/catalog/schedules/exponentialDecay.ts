// rate · decay^(step / steps).

import type { Tensor } from "../../graph/tensor.js";
import { multiply, power } from "../ops/index.js";
import { periods, requirePositive, type StaircaseOptions } from "./decay.js";
import { Schedule } from "./schedule.js";

export interface ExponentialDecayOptions extends StaircaseOptions {
  readonly initialLearningRate: number;
  /** Steps of one period. */
  readonly decaySteps: number;
  /** Factor of one period. */
  readonly decayRate: number;
}

export class ExponentialDecay extends Schedule {
  static override readonly settings: readonly string[] = [
    "initial_learning_rate",
    "decay_steps",
    "decay_rate",
    "staircase",
  ];
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  readonly staircase: boolean;

  constructor(options: ExponentialDecayOptions) {
    super(options.name ?? "ExponentialDecay");
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = requirePositive(options.decaySteps, "decaySteps");
    this.decayRate = options.decayRate;
    this.staircase = options.staircase ?? false;
  }

  override valueAt(iteration: Tensor): Tensor {
    return multiply(
      this.initialLearningRate,
      power(this.decayRate, periods(iteration, this.decaySteps, this.staircase)),
    );
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
