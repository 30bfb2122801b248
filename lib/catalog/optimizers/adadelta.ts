// Steps as large as recent steps were, scaled by recent gradients (Zeiler 2012, https://arxiv.org/abs/1212.5701).

import type { Tensor } from "../../graph/tensor.js";
import { add, divide, flushSmall, multiply, sqrt, square, subtract } from "../ops/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface AdadeltaOptions extends OptimizerOptions {
  /** Share of the running means that is kept. Default 0.95. */
  readonly rho?: number | undefined;
  /** Added to the running means. Default 1e-7. */
  readonly epsilon?: number | undefined;
}

export class Adadelta extends Optimizer {
  static override readonly settings: readonly string[] = ["rho", "epsilon"];
  readonly rho: number;
  readonly epsilon: number;

  constructor(options: AdadeltaOptions = {}) {
    super(options, 0.001);
    this.rho = options.rho ?? 0.95;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    return [[{ name: "accumulated_grad" }, { name: "accumulated_delta_var" }]];
  }

  protected override prepare({ rate }: StepScalars): (input: UpdateInput) => UpdateOutput {
    const running = (before: Tensor, now: Tensor): Tensor =>
      flushSmall(add(multiply(this.rho, before), multiply(1 - this.rho, square(now))));
    const root = (x: Tensor): Tensor => sqrt(add(x, this.epsilon));
    return ({ value, grad, slot }) => {
      const grads = running(slot("accumulated_grad"), grad);
      const move = divide(multiply(root(slot("accumulated_delta_var")), grad), root(grads));
      const moves = running(slot("accumulated_delta_var"), move);
      return {
        value: subtract(value, multiply(rate, move)),
        slots: { accumulated_grad: grads, accumulated_delta_var: moves },
      };
    };
  }
}

/**
 * d = g·√(mean d² + epsilon) / √(mean g² + epsilon); w ← w - rate·d.
 *
 * @example
 * m.compile({ optimizer: adadelta({ learningRate: 1 }), loss: "mse" });
 */
export const adadelta = (options?: AdadeltaOptions): Adadelta => new Adadelta(options);
