// Follow the regularized leader: sparse weights (McMahan et al. 2013, https://research.google.com/pubs/archive/41159.pdf).

import { ValueError } from "../../graph/errors.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, clip, divide, multiply, power, sqrt, square, subtract } from "../ops/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, SlotSpec, StepScalars, UpdateInput, UpdateOutput } from "./rule.js";

export interface FtrlOptions extends OptimizerOptions {
  /** How the rate falls with the sum of squares; at most 0. Default -0.5. */
  readonly learningRatePower?: number | undefined;
  /** Where the sums start; at least 0. Default 0.1. */
  readonly initialAccumulatorValue?: number | undefined;
  readonly l1RegularizationStrength?: number | undefined;
  readonly l2RegularizationStrength?: number | undefined;
  /** L2 that acts on the gradient only. */
  readonly l2ShrinkageRegularizationStrength?: number | undefined;
  readonly beta?: number | undefined;
}

export class Ftrl extends Optimizer {
  static override readonly settings: readonly string[] = [
    "learning_rate_power",
    "initial_accumulator_value",
    "l1_regularization_strength",
    "l2_regularization_strength",
    "l2_shrinkage_regularization_strength",
    "beta",
  ];
  readonly learningRatePower: number;
  readonly initialAccumulatorValue: number;
  readonly l1RegularizationStrength: number;
  readonly l2RegularizationStrength: number;
  readonly l2ShrinkageRegularizationStrength: number;
  readonly beta: number;

  /** Raises ValueError for a strength below 0 or a power above 0. */
  constructor(options: FtrlOptions = {}) {
    super(options, 0.001);
    this.learningRatePower = options.learningRatePower ?? -0.5;
    this.initialAccumulatorValue = options.initialAccumulatorValue ?? 0.1;
    this.l1RegularizationStrength = options.l1RegularizationStrength ?? 0;
    this.l2RegularizationStrength = options.l2RegularizationStrength ?? 0;
    this.l2ShrinkageRegularizationStrength = options.l2ShrinkageRegularizationStrength ?? 0;
    this.beta = options.beta ?? 0;
    if (this.learningRatePower > 0) throw new ValueError(`${this.name}: learningRatePower must be at most 0`);
    const { initialAccumulatorValue: initial, l1RegularizationStrength: l1, l2RegularizationStrength: l2 } = this;
    if (Math.min(initial, l1, l2, this.l2ShrinkageRegularizationStrength) < 0) {
      throw new ValueError(`${this.name}: initialAccumulatorValue and the regularization strengths must be at least 0`);
    }
  }

  protected override get slotGroups(): readonly (readonly SlotSpec[])[] {
    return [[{ name: "accumulator", fill: this.initialAccumulatorValue }, { name: "linear" }]];
  }

  protected override prepare({ rate }: StepScalars): (input: UpdateInput) => UpdateOutput {
    const { l1RegularizationStrength: l1, learningRatePower } = this;
    const raised = (x: Tensor): Tensor => (learningRatePower === -0.5 ? sqrt(x) : power(x, -learningRatePower));
    const l2 = multiply(2, add(this.l2RegularizationStrength, divide(this.beta / 2, rate)));
    return ({ value, grad, slot }) => {
      const pull = add(grad, multiply(2 * this.l2ShrinkageRegularizationStrength, value));
      const accumulator = add(slot("accumulator"), square(grad));
      const sigma = divide(subtract(raised(accumulator), raised(slot("accumulator"))), rate);
      const linear = add(slot("linear"), subtract(pull, multiply(sigma, value)));
      const quadratic = add(divide(raised(accumulator), rate), l2);
      return { value: divide(subtract(clip(linear, -l1, l1), linear), quadratic), slots: { accumulator, linear } };
    };
  }
}

/**
 * Online learning with L1 and L2: weights whose gradients stay small are exactly 0. Raises ValueError for strengths below 0.
 *
 * @example
 * m.compile({ optimizer: ftrl({ l1RegularizationStrength: 0.01 }), loss: "mse" });
 */
export const ftrl = (options?: FtrlOptions): Ftrl => new Ftrl(options);
