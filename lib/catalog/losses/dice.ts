// Overlap of regions, for segmentation (Dice 1945).

import type { Tensor } from "../../graph/tensor.js";
import { add, divide, multiply, subtract, sum } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";
import { epsilon } from "./numeric.js";

export interface DiceOptions extends LossOptions {
  /** The axes that are summed; null sums all of them, so that the whole batch counts as one region. Default null. */
  readonly axis?: number | readonly number[] | null | undefined;
}

export class Dice extends Loss {
  static override readonly settings: readonly string[] = ["axis"];
  readonly axis: number | readonly number[] | null;

  constructor(options: DiceOptions = {}) {
    super("dice", options);
    this.axis = options.axis ?? null;
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const total = (x: Tensor): Tensor => sum(x, { axis: this.axis });
    const overlap = multiply(2, total(multiply(yTrue, yPred)));
    return subtract(1, divide(overlap, add(add(total(yTrue), total(yPred)), epsilon)));
  }
}

/** 1 - 2·|y ∩ p| / (|y| + |p|), summed over `axis`; labels and predictions in [0, 1], of one shape. */
export const dice = (options?: DiceOptions): Dice => new Dice(options);
