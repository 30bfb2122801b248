// Steps scaled by a running mean of squared gradients (Hinton 2012, lecture 6e of "Neural Networks for Machine Learning").

import type { Tensor } from "../../graph/tensor.js";
import { add, divide, flushSmall, multiply, sqrt, square, subtract } from "../ops/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface RMSpropOptions extends OptimizerOptions {
  /** Default 0.001. */
  readonly learningRate?: OptimizerOptions["learningRate"];
  /** Share of the mean square that is kept. Default 0.9. */
  readonly rho?: number | undefined;
  /** Default 0. */
  readonly momentum?: number | undefined;
  /** Added to the mean square. Default 1e-7. */
  readonly epsilon?: number | undefined;
  /** Divides by the variance instead of the mean square. Default false. */
  readonly centered?: boolean | undefined;
}

export class RMSprop extends Optimizer {
  static override readonly settings: readonly string[] = ["rho", "momentum", "epsilon", "centered"];
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;

  constructor(options: RMSpropOptions = {}) {
    super(options, 0.001);
    this.rho = options.rho ?? 0.9;
    this.momentum = options.momentum ?? 0;
    this.epsilon = options.epsilon ?? 1e-7;
    this.centered = options.centered ?? false;
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    const names = [
      "velocity",
      ...(this.momentum > 0 ? ["momentum"] : []),
      ...(this.centered ? ["average_gradient"] : []),
    ];
    return names.map((name) => [{ name }]);
  }

  protected override prepare({ rate }: StepScalars): (input: UpdateInput) => UpdateOutput {
    const running = (before: Tensor, now: Tensor): Tensor =>
      flushSmall(add(multiply(this.rho, before), multiply(1 - this.rho, now)));
    return ({ value, grad, slot }) => {
      const slots: Record<string, Tensor> = {};
      slots["velocity"] = running(slot("velocity"), square(grad));
      let spread = add(slots["velocity"], this.epsilon);
      if (this.centered) {
        slots["average_gradient"] = running(slot("average_gradient"), grad);
        spread = add(subtract(slots["velocity"], square(slots["average_gradient"])), this.epsilon);
      }
      let move = divide(multiply(rate, grad), sqrt(spread));
      if (this.momentum > 0) move = slots["momentum"] = add(multiply(this.momentum, slot("momentum")), move);
      return { value: subtract(value, move), slots };
    };
  }
}

/**
 * v follows g² with share 1 - rho; w ← w - rate·g / √(v + epsilon).
 *
 * @example
 * m.compile({ optimizer: rmsprop({ rho: 0.95, centered: true }), loss: "mse" });
 */
export const rmsprop = (options?: RMSpropOptions): RMSprop => new RMSprop(options);
