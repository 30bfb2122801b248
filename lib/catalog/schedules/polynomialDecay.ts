// From one rate to another along a power of the time that is left.

import type { Tensor } from "../../graph/tensor.js";
import { add, cast, ceil, divide, equal, minimum, multiply, power, subtract, where } from "../ops/index.js";
import { requirePositive, type ScheduleOptions } from "./decay.js";
import { Schedule } from "./schedule.js";

export interface PolynomialDecayShape extends ScheduleOptions {
  /** Rate at the end. Default 0.0001. */
  readonly endLearningRate?: number | undefined;
  /** Default 1: a straight line. */
  readonly power?: number | undefined;
  /** Starts again (from ever longer periods) instead of staying at the end. Default false. */
  readonly cycle?: boolean | undefined;
}

export interface PolynomialDecayOptions extends PolynomialDecayShape {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
}

export class PolynomialDecay extends Schedule {
  static override readonly settings: readonly string[] = [
    "initial_learning_rate",
    "decay_steps",
    "end_learning_rate",
    "power",
    "cycle",
  ];
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly endLearningRate: number;
  readonly power: number;
  readonly cycle: boolean;

  constructor(options: PolynomialDecayOptions) {
    super(options.name ?? "PolynomialDecay");
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = requirePositive(options.decaySteps, "decaySteps");
    this.endLearningRate = options.endLearningRate ?? 0.0001;
    this.power = options.power ?? 1;
    this.cycle = options.cycle ?? false;
  }

  override valueAt(iteration: Tensor): Tensor {
    const step = cast(iteration, "float32");
    const passed = this.cycle
      ? divide(step, multiply(this.decaySteps, where(equal(step, 0), 1, ceil(divide(step, this.decaySteps)))))
      : divide(minimum(step, this.decaySteps), this.decaySteps);
    const span = this.initialLearningRate - this.endLearningRate;
    const left = subtract(1, passed);
    return add(multiply(span, this.power === 1 ? left : power(left, this.power)), this.endLearningRate);
  }
}

/**
 * end + (initial - end)·(1 - step / decaySteps)^power. Raises ValueError for decaySteps ≤ 0.
 *
 * @example
 * polynomialDecay(1, 100, { endLearningRate: 0.5 }).at(50); // 0.75
 */
export const polynomialDecay = (
  initialLearningRate: number,
  decaySteps: number,
  options: PolynomialDecayShape = {},
): PolynomialDecay => new PolynomialDecay({ initialLearningRate, decaySteps, ...options });
