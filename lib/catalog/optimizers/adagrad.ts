// Steps scaled by the sum of squared gradients so far (Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html).

import { add, divide, multiply, sqrt, square, subtract } from "../ops/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface AdagradOptions extends OptimizerOptions {
  /** Where the sums start. Default 0.1. */
  readonly initialAccumulatorValue?: number | undefined;
  /** Added to the sum. Default 1e-7. */
  readonly epsilon?: number | undefined;
}

export class Adagrad extends Optimizer {
  static override readonly settings: readonly string[] = ["initial_accumulator_value", "epsilon"];
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;

  constructor(options: AdagradOptions = {}) {
    super(options, 0.001);
    this.initialAccumulatorValue = options.initialAccumulatorValue ?? 0.1;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    return [[{ name: "accumulator", fill: this.initialAccumulatorValue }]];
  }

  protected override prepare({ rate }: StepScalars): (input: UpdateInput) => UpdateOutput {
    return ({ value, grad, slot }) => {
      const accumulator = add(slot("accumulator"), square(grad));
      const move = divide(multiply(rate, grad), sqrt(add(accumulator, this.epsilon)));
      return { value: subtract(value, move), slots: { accumulator } };
    };
  }
}

/**
 * a ← a + g²; w ← w - rate·g / √(a + epsilon).
 *
 * @example
 * m.compile({ optimizer: adagrad({ learningRate: 0.1 }), loss: "mse" });
 */
export const adagrad = (options?: AdagradOptions): Adagrad => new Adagrad(options);
