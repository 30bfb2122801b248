// Adam with Nesterov momentum (Dozat 2015, https://cs229.stanford.edu/proj2015/054_report.pdf).

import type { Weight } from "../../graph/weight.js";
import { add, divide, multiply, power, sqrt, square, subtract } from "../ops/index.js";
import { moveTowards } from "./adam.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface NadamOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number | undefined;
  /** Default 0.999. */
  readonly beta2?: number | undefined;
  /** Default 1e-7. */
  readonly epsilon?: number | undefined;
}

export class Nadam extends Optimizer {
  static override readonly settings: readonly string[] = ["beta_1", "beta_2", "epsilon"];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Product of all momentum shares so far. */
  private product: Weight | null = null;

  constructor(options: NadamOptions = {}) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    return [[{ name: "momentum" }, { name: "velocity" }]];
  }

  protected override buildSlots(weights: readonly Weight[]): void {
    super.buildSlots(weights);
    this.product ??= this.addState("variable", [], 1);
  }

  protected override prepare({ rate, step, updates }: StepScalars): (input: UpdateInput) => UpdateOutput {
    const state = this.product as Weight;
    // The share of momentum warms up: beta1·(1 - 0.96^t / 2).
    const share = multiply(this.beta1, subtract(1, multiply(0.5, power(0.96, step))));
    const nextShare = multiply(this.beta1, subtract(1, multiply(0.5, power(0.96, add(step, 1)))));
    const product = multiply(state.tensor, share);
    updates.set(state, product);
    const ofMomentum = divide(nextShare, subtract(1, multiply(product, nextShare)));
    const ofGradient = divide(subtract(1, share), subtract(1, product));
    const bias2 = subtract(1, power(this.beta2, step));
    return ({ value, grad, slot }) => {
      const momentum = moveTowards(slot("momentum"), grad, this.beta1);
      const velocity = moveTowards(slot("velocity"), square(grad), this.beta2);
      const ahead = add(multiply(ofMomentum, momentum), multiply(ofGradient, grad));
      const move = divide(multiply(ahead, rate), add(sqrt(divide(velocity, bias2)), this.epsilon));
      return { value: subtract(value, move), slots: { momentum, velocity } };
    };
  }
}

/**
 * Adam whose first moment looks one step ahead.
 *
 * @example
 * m.compile({ optimizer: nadam({ learningRate: 0.002 }), loss: "mse" });
 */
export const nadam = (options?: NadamOptions): Nadam => new Nadam(options);
