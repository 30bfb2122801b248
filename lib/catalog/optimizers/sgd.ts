// Gradient descent, with momentum (Polyak 1964) and Nesterov's variant (Sutskever et al. 2013).

import { ValueError } from "../../graph/errors.js";
import { add, multiply, subtract } from "../ops/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface SGDOptions extends OptimizerOptions {
  /** Default 0.01. */
  readonly learningRate?: OptimizerOptions["learningRate"];
  /** Share of the last step that is added to the next, in [0, 1]. Default 0. */
  readonly momentum?: number | undefined;
  /** Looks ahead along the momentum. Default false. */
  readonly nesterov?: boolean | undefined;
}

export class SGD extends Optimizer {
  static override readonly settings: readonly string[] = ["momentum", "nesterov"];
  readonly momentum: number;
  readonly nesterov: boolean;

  /** Raises ValueError when momentum is not in [0, 1]. */
  constructor(options: SGDOptions = {}) {
    super(options, 0.01);
    this.momentum = options.momentum ?? 0;
    this.nesterov = options.nesterov ?? false;
    if (!(this.momentum >= 0 && this.momentum <= 1)) {
      throw new ValueError(`${this.name}: momentum must be between 0 and 1, received ${this.momentum}`);
    }
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    return this.momentum === 0 ? [] : [[{ name: "momentum" }]];
  }

  protected override prepare({ rate }: StepScalars): (input: UpdateInput) => UpdateOutput {
    return ({ value, grad, slot }) => {
      const pull = multiply(grad, rate);
      if (this.momentum === 0) return { value: subtract(value, pull) };
      const momentum = subtract(multiply(slot("momentum"), this.momentum), pull);
      const move = this.nesterov ? subtract(multiply(momentum, this.momentum), pull) : momentum;
      return { value: add(value, move), slots: { momentum } };
    };
  }
}

/**
 * w ← w - rate·g; with momentum m ← momentum·m - rate·g and w ← w + m.
 *
 * @example
 * m.compile({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), loss: "mse" });
 */
export const sgd = (options?: SGDOptions): SGD => new SGD(options);
