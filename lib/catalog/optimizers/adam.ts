// Steps scaled by running moments of the gradient (Kingma and Ba 2014, https://arxiv.org/abs/1412.6980; AMSGrad: Reddi et al. 2018).

import type { Tensor } from "../../graph/tensor.js";
import { add, divide, flushSmall, maximum, multiply, power, sqrt, square, subtract } from "../ops/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface AdamOptions extends OptimizerOptions {
  /** Default 0.001. */
  readonly learningRate?: OptimizerOptions["learningRate"];
  /** Share of the first moment that is kept. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Share of the second moment that is kept. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root of the second moment ("epsilon hat" of the paper). Default 1e-7. */
  readonly epsilon?: number | undefined;
  /** Divides by the largest second moment so far. Default false. */
  readonly amsgrad?: boolean | undefined;
}

/** before + (now - before)·(1 - keep). Denormal numbers, which would slow every later step down, become 0. */
export const moveTowards = (before: Tensor, now: Tensor, keep: number): Tensor =>
  flushSmall(add(before, multiply(subtract(now, before), 1 - keep)));

export class Adam extends Optimizer {
  static override readonly settings: readonly string[] = ["beta_1", "beta_2", "epsilon", "amsgrad"];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;

  constructor(options: AdamOptions = {}) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
    this.amsgrad = options.amsgrad ?? false;
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    const moments = [{ name: "momentum" }, { name: "velocity" }];
    return this.amsgrad ? [moments, [{ name: "velocity_hat" }]] : [moments];
  }

  protected override prepare({ rate, step }: StepScalars): (input: UpdateInput) => UpdateOutput {
    const bias1 = subtract(1, power(this.beta1, step));
    const bias2 = subtract(1, power(this.beta2, step));
    const alpha = divide(multiply(rate, sqrt(bias2)), bias1);
    return ({ value, grad, slot }) => {
      const momentum = moveTowards(slot("momentum"), grad, this.beta1);
      const velocity = moveTowards(slot("velocity"), square(grad), this.beta2);
      const hat = this.amsgrad ? { velocity_hat: maximum(slot("velocity_hat"), velocity) } : {};
      const scale = add(sqrt(hat.velocity_hat ?? velocity), this.epsilon);
      return {
        value: subtract(value, divide(multiply(momentum, alpha), scale)),
        slots: { momentum, velocity, ...hat },
      };
    };
  }
}

/**
 * m and v follow g and g²; w ← w - alpha·m / (√v + epsilon), where alpha = rate·√(1 - beta2^t) / (1 - beta1^t).
 *
 * @example
 * m.compile({ optimizer: adam({ learningRate: 0.01 }), loss: "mse" });
 */
export const adam = (options?: AdamOptions): Adam => new Adam(options);
