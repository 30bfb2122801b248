// rate / (1 + decay · step / steps).

import type { Tensor } from "../../graph/tensor.js";
import { add, divide, multiply } from "../ops/index.js";
import { periods, requirePositive, type StaircaseOptions } from "./decay.js";
import { Schedule } from "./schedule.js";

export interface InverseTimeDecayOptions extends StaircaseOptions {
  readonly initialLearningRate: number;
  /** Steps of one period. */
  readonly decaySteps: number;
  /** How much the divisor grows in one period. */
  readonly decayRate: number;
}

export class InverseTimeDecay extends Schedule {
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

  constructor(options: InverseTimeDecayOptions) {
    super(options.name ?? "InverseTimeDecay");
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = requirePositive(options.decaySteps, "decaySteps");
    this.decayRate = options.decayRate;
    this.staircase = options.staircase ?? false;
  }

  override valueAt(iteration: Tensor): Tensor {
    const growth = multiply(this.decayRate, periods(iteration, this.decaySteps, this.staircase));
    return divide(this.initialLearningRate, add(1, growth));
  }
}

/** The rate falls like 1 / time: initial / (1 + decayRate·step / decaySteps). Raises ValueError for decaySteps ≤ 0. */
export const inverseTimeDecay = (
  initialLearningRate: number,
  decaySteps: number,
  decayRate: number,
  options: StaircaseOptions = {},
): InverseTimeDecay => new InverseTimeDecay({ initialLearningRate, decaySteps, decayRate, ...options });
