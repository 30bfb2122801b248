// Schedules that go down by periods of a number of steps.

import type { Tensor } from "../../graph/tensor.js";
import { periods, requirePositive, type StaircaseOptions } from "./decay.js";
import { Schedule } from "./schedule.js";

export interface PeriodicDecayOptions extends StaircaseOptions {
  readonly initialLearningRate: number;
  /** Steps of one period. */
  readonly decaySteps: number;
  /** What one period does to the rate. */
  readonly decayRate: number;
}

/** Subclasses say the rate after a number of periods. */
export abstract class PeriodicDecay extends Schedule {
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

  constructor(options: PeriodicDecayOptions) {
    super(options.name ?? new.target.name);
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = requirePositive(options.decaySteps, "decaySteps");
    this.decayRate = options.decayRate;
    this.staircase = options.staircase ?? false;
  }

  protected abstract rateAfter(passed: Tensor): Tensor;

  override valueAt(iteration: Tensor): Tensor {
    return this.rateAfter(periods(iteration, this.decaySteps, this.staircase));
  }
}
