// Steps of one size along the sign of a running mean (Chen et al. 2023, https://arxiv.org/abs/2302.06675).

import { ValueError } from "../../graph/errors.js";
import { add, flushSmall, multiply, sign, subtract } from "../ops/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface LionOptions extends OptimizerOptions {
  /** Share of momentum in a step, in (0, 1]. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Share of momentum that is kept. Default 0.99. */
  readonly beta2?: number | undefined;
}

export class Lion extends Optimizer {
  static override readonly settings: readonly string[] = ["beta_1", "beta_2"];
  readonly beta1: number;
  readonly beta2: number;

  /** Raises ValueError when beta1 is not in (0, 1]. */
  constructor(options: LionOptions = {}) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.99;
    if (!(this.beta1 > 0 && this.beta1 <= 1))
      throw new ValueError(`${this.name}: beta1 must be above 0 and at most 1, received ${this.beta1}`);
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    return [[{ name: "momentum" }]];
  }

  protected override prepare({ rate }: StepScalars): (input: UpdateInput) => UpdateOutput {
    return ({ value, grad, slot }) => {
      const before = slot("momentum");
      const direction = sign(add(multiply(before, this.beta1), multiply(grad, 1 - this.beta1)));
      const momentum = flushSmall(add(multiply(before, this.beta2), multiply(grad, 1 - this.beta2)));
      return { value: subtract(value, multiply(rate, direction)), slots: { momentum } };
    };
  }
}

/**
 * w ← w - rate·sign(beta1·m + (1 - beta1)·g); m ← beta2·m + (1 - beta2)·g.
 *
 * @example
 * m.compile({ optimizer: lion({ learningRate: 1e-4, weightDecay: 0.1 }), loss: "mse" });
 */
export const lion = (options?: LionOptions): Lion => new Lion(options);
