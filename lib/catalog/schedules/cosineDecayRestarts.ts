// Half a wave down, again and again (SGDR: Loshchilov and Hutter 2016, https://arxiv.org/abs/1608.03983).

import type { Tensor } from "../../graph/tensor.js";
import { add, divide, floor, log, multiply, power, subtract } from "../ops/index.js";
import { halfWave } from "./cosineDecay.js";
import { periods, requirePositive, type ScheduleOptions } from "./decay.js";
import { Schedule } from "./schedule.js";

export interface CosineDecayRestartsShape extends ScheduleOptions {
  /** Each period is this many times as long as the one before. Default 2. */
  readonly tMul?: number | undefined;
  /** Each period starts at this share of the start before. Default 1. */
  readonly mMul?: number | undefined;
  /** What remains at a period's end, as a share of the initial rate. Default 0. */
  readonly alpha?: number | undefined;
}

export interface CosineDecayRestartsOptions extends CosineDecayRestartsShape {
  readonly initialLearningRate: number;
  readonly firstDecaySteps: number;
}

export class CosineDecayRestarts extends Schedule {
  static override readonly settings: readonly string[] = [
    "initial_learning_rate",
    "first_decay_steps",
    "t_mul",
    "m_mul",
    "alpha",
  ];
  readonly initialLearningRate: number;
  readonly firstDecaySteps: number;
  readonly tMul: number;
  readonly mMul: number;
  readonly alpha: number;

  constructor(options: CosineDecayRestartsOptions) {
    super(options.name ?? "SGDRDecay");
    this.initialLearningRate = options.initialLearningRate;
    this.firstDecaySteps = requirePositive(options.firstDecaySteps, "firstDecaySteps");
    this.tMul = options.tMul ?? 2;
    this.mMul = options.mMul ?? 1;
    this.alpha = options.alpha ?? 0;
  }

  override valueAt(iteration: Tensor): Tensor {
    const { tMul, alpha } = this;
    const passed = periods(iteration, this.firstDecaySteps, false);
    let restarts = floor(passed);
    let fraction = subtract(passed, restarts);
    if (tMul !== 1) {
      // After r restarts, 1 + t + … + t^(r-1) = (1 - t^r) / (1 - t) first periods have passed.
      // The small number keeps a restart in its own step although logarithms are rounded.
      restarts = floor(add(divide(log(subtract(1, multiply(passed, 1 - tMul))), Math.log(tMul)), 1e-6));
      const length = power(tMul, restarts);
      fraction = divide(subtract(passed, divide(subtract(1, length), 1 - tMul)), length);
    }
    const wave = multiply(power(this.mMul, restarts), halfWave(fraction));
    return multiply(this.initialLearningRate, add(multiply(1 - alpha, wave), alpha));
  }
}

/**
 * cosineDecay with restarts, each period `tMul` times as long as the one before. Raises ValueError for firstDecaySteps ≤ 0.
 *
 * @example
 * sgd({ learningRate: cosineDecayRestarts(0.1, 1000, { tMul: 2 }) });
 */
export const cosineDecayRestarts = (
  initialLearningRate: number,
  firstDecaySteps: number,
  options: CosineDecayRestartsShape = {},
): CosineDecayRestarts => new CosineDecayRestarts({ initialLearningRate, firstDecaySteps, ...options });
