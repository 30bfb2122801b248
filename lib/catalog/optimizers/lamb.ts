// Adam with a rate for each weight that follows the weight's size, for large batches (You et al. 2019, https://arxiv.org/abs/1904.00962).

import type { Tensor } from "../../graph/tensor.js";
import { add, divide, greater, logicalAnd, multiply, power, sqrt, square, subtract, sum, where } from "../ops/index.js";
import { moveTowards } from "./adam.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface LambOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number | undefined;
  /** Default 0.999. */
  readonly beta2?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
}

export class Lamb extends Optimizer {
  static override readonly settings: readonly string[] = ["beta_1", "beta_2", "epsilon"];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;

  constructor(options: LambOptions = {}) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    return [[{ name: "momentum" }, { name: "velocity" }]];
  }

  protected override prepare({ rate, step }: StepScalars): (input: UpdateInput) => UpdateOutput {
    const bias1 = subtract(1, power(this.beta1, step));
    const bias2 = subtract(1, power(this.beta2, step));
    const norm = (x: Tensor): Tensor => sqrt(sum(square(x)));
    return ({ value, grad, slot }) => {
      const momentum = moveTowards(slot("momentum"), grad, this.beta1);
      const velocity = moveTowards(slot("velocity"), square(grad), this.beta2);
      const move = divide(divide(momentum, bias1), add(sqrt(divide(velocity, bias2)), this.epsilon));
      const [ofWeight, ofMove] = [norm(value), norm(move)];
      const known = logicalAnd(greater(ofWeight, 0), greater(ofMove, 0));
      const trust = where(known, divide(ofWeight, where(known, ofMove, 1)), 1);
      return { value: subtract(value, multiply(multiply(trust, rate), move)), slots: { momentum, velocity } };
    };
  }
}

/**
 * Adam's step, scaled to |w| / |step| of each weight.
 *
 * @example
 * m.compile({ optimizer: lamb({ learningRate: 0.002 }), loss: "mse" });
 */
export const lamb = (options?: LambOptions): Lamb => new Lamb(options);
