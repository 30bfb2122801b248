// Half a wave down, after an optional line up (Loshchilov and Hutter 2016, https://arxiv.org/abs/1608.03983).

import type { Tensor } from "../../graph/tensor.js";
import { add, cast, cos, divide, less, minimum, multiply, subtract, where } from "../ops/index.js";
import { requirePositive, type ScheduleOptions } from "./decay.js";
import { Schedule } from "./schedule.js";

export interface CosineDecayShape extends ScheduleOptions {
  /** What remains at the end, as a share of the highest rate. Default 0. */
  readonly alpha?: number | undefined;
  /** Rate at the end of the warm-up. Default null: no warm-up. */
  readonly warmupTarget?: number | null | undefined;
  /** Steps of the warm-up. Default 0. */
  readonly warmupSteps?: number | undefined;
}

export interface CosineDecayOptions extends CosineDecayShape {
  readonly initialLearningRate: number;
  /** Steps of the decay, without the warm-up. */
  readonly decaySteps: number;
}

/** (1 + cos(π·passed)) / 2, between 1 and 0. */
export const halfWave = (passed: Tensor): Tensor => multiply(0.5, add(1, cos(multiply(Math.PI, passed))));

export class CosineDecay extends Schedule {
  static override readonly settings: readonly string[] = [
    "initial_learning_rate",
    "decay_steps",
    "alpha",
    "warmup_target",
    "warmup_steps",
  ];
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly alpha: number;
  readonly warmupTarget: number | null;
  readonly warmupSteps: number;

  constructor(options: CosineDecayOptions) {
    super(options.name ?? "CosineDecay");
    this.initialLearningRate = options.initialLearningRate;
    this.decaySteps = requirePositive(options.decaySteps, "decaySteps");
    this.alpha = options.alpha ?? 0;
    this.warmupTarget = options.warmupTarget ?? null;
    this.warmupSteps = options.warmupSteps ?? 0;
  }

  override valueAt(iteration: Tensor): Tensor {
    const { initialLearningRate: initial, warmupTarget: target, warmupSteps: warmup, decaySteps, alpha } = this;
    const step = cast(iteration, "float32");
    const decayed = (since: Tensor, from: number): Tensor =>
      multiply(from, add(multiply(1 - alpha, halfWave(divide(since, decaySteps))), alpha));
    if (target === null) return decayed(minimum(step, decaySteps), initial);
    const down = decayed(subtract(minimum(step, decaySteps + warmup), warmup), target);
    if (warmup === 0) return down;
    const up = add(multiply(target - initial, divide(step, warmup)), initial);
    return where(less(step, warmup), up, down);
  }
}

/**
 * From the initial rate down to `alpha` of it along a cosine; with `warmupTarget` first up to that in a line of `warmupSteps`. Raises
 * ValueError for decaySteps ≤ 0.
 *
 * @example
 * adam({ learningRate: cosineDecay(0, 1000, { warmupTarget: 0.001, warmupSteps: 100 }) });
 */
export const cosineDecay = (
  initialLearningRate: number,
  decaySteps: number,
  options: CosineDecayShape = {},
): CosineDecay => new CosineDecay({ initialLearningRate, decaySteps, ...options });
