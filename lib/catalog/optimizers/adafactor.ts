// Second moments kept as rows and columns only, to save memory (Shazeer and Stern 2018, https://arxiv.org/abs/1804.04235).

import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import {
  add,
  divide,
  expandDims,
  maximum,
  mean,
  minimum,
  multiply,
  power,
  sqrt,
  square,
  subtract,
} from "../ops/index.js";
import { Schedule } from "../schedules/schedule.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface AdafactorOptions extends OptimizerOptions {
  /** Default -0.8. */
  readonly beta2Decay?: number | undefined;
  /** Added to squared gradients. Default 1e-30. */
  readonly epsilon1?: number | undefined;
  /** Least size of a weight that the rate is relative to. Default 0.001. */
  readonly epsilon2?: number | undefined;
  /** Largest root mean square of a step. Default 1. */
  readonly clipThreshold?: number | undefined;
  /** Lets the rate fall with 1 / √t. Default true. */
  readonly relativeStep?: boolean | undefined;
}

const rootMeanSquare = (x: Tensor): Tensor => sqrt(mean(square(x)));

export class Adafactor extends Optimizer {
  static override readonly settings: readonly string[] = [
    "beta_2_decay",
    "epsilon_1",
    "epsilon_2",
    "clip_threshold",
    "relative_step",
  ];
  readonly beta2Decay: number;
  readonly epsilon1: number;
  readonly epsilon2: number;
  readonly clipThreshold: number;
  readonly relativeStep: boolean;

  constructor(options: AdafactorOptions = {}) {
    super(options, 0.001);
    this.beta2Decay = options.beta2Decay ?? -0.8;
    this.epsilon1 = options.epsilon1 ?? 1e-30;
    this.epsilon2 = options.epsilon2 ?? 0.001;
    this.clipThreshold = options.clipThreshold ?? 1;
    this.relativeStep = options.relativeStep ?? true;
  }

  // As Keras keeps them: for vectors, "row" and "column" are scalars that nothing uses.
  protected override buildSlots(weights: readonly Weight[]): void {
    for (const weight of weights) {
      const { shape } = weight;
      const isMatrix = shape.length >= 2;
      this.addSlot(weight, "row", weight.name, isMatrix ? shape.slice(0, -1) : []);
      this.addSlot(weight, "column", weight.name, isMatrix ? [...shape.slice(0, -2), shape.at(-1) as number] : []);
      this.addSlot(weight, "velocity", `${weight.path.replaceAll("/", "_")}_velocity`, shape);
    }
  }

  protected override prepare({ rate, step }: StepScalars): (input: UpdateInput) => UpdateOutput {
    const falling = divide(1, sqrt(step));
    const relative = this.relativeStep && !(this.learningRate instanceof Schedule) ? minimum(rate, falling) : rate;
    const rho = minimum(relative, falling);
    const keep = subtract(1, power(step, this.beta2Decay));
    const running = (before: Tensor, now: Tensor): Tensor =>
      add(multiply(keep, before), multiply(subtract(1, keep), now));
    return ({ weight, value, grad, slot }) => {
      const alpha = multiply(maximum(this.epsilon2, rootMeanSquare(value)), rho);
      const squares = add(square(grad), this.epsilon1);
      const slots: Record<string, Tensor> = {};
      if (weight.shape.length >= 2) {
        const row = running(slot("row"), mean(squares, { axis: -1 }));
        const column = running(slot("column"), mean(squares, { axis: -2 }));
        const share = divide(row, mean(row, { axis: -1, keepdims: true }));
        Object.assign(slots, { row, column, velocity: multiply(expandDims(share, -1), expandDims(column, -2)) });
      } else {
        slots["velocity"] = running(slot("velocity"), squares);
      }
      const move = divide(grad, sqrt(slots["velocity"] as Tensor));
      const bounded = divide(move, maximum(1, divide(rootMeanSquare(move), this.clipThreshold)));
      return { value: subtract(value, multiply(alpha, bounded)), slots };
    };
  }
}

/**
 * Adam-like steps whose size is relative to the weights, with memory of the order of rows + columns.
 *
 * @example
 * m.compile({ optimizer: adafactor({ learningRate: 0.01 }), loss: "mse" });
 */
export const adafactor = (options?: AdafactorOptions): Adafactor => new Adafactor(options);
