// Adam with the largest gradient in place of the second moment (Kingma and Ba 2014, https://arxiv.org/abs/1412.6980, section 7).

import { absolute, add, divide, flushSmall, maximum, multiply, power, subtract } from "../ops/index.js";
import { moveTowards } from "./adam.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface AdamaxOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number | undefined;
  /** Default 0.999. */
  readonly beta2?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
}

export class Adamax extends Optimizer {
  static override readonly settings: readonly string[] = ["beta_1", "beta_2", "epsilon"];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;

  constructor(options: AdamaxOptions = {}) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    return [[{ name: "momentum" }, { name: "norm" }]];
  }

  protected override prepare({ rate, step }: StepScalars): (input: UpdateInput) => UpdateOutput {
    const alpha = divide(rate, subtract(1, power(this.beta1, step)));
    return ({ value, grad, slot }) => {
      const momentum = moveTowards(slot("momentum"), grad, this.beta1);
      const norm = flushSmall(maximum(multiply(this.beta2, slot("norm")), absolute(grad)));
      const move = divide(multiply(alpha, momentum), add(norm, this.epsilon));
      return { value: subtract(value, move), slots: { momentum, norm } };
    };
  }
}

/**
 * u ← max(beta2·u, |g|); w ← w - rate / (1 - beta1^t)·m / (u + epsilon).
 *
 * @example
 * m.compile({ optimizer: adamax({ learningRate: 0.002 }), loss: "mse" });
 */
export const adamax = (options?: AdamaxOptions): Adamax => new Adamax(options);
