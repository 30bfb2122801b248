// Overlap of regions with weights for what is missed and what is invented (Salehi et al. 2017, https://arxiv.org/abs/1706.05721).

import type { Tensor } from "../../graph/tensor.js";
import { add, divide, multiply, subtract, sum } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";
import { epsilon } from "./numeric.js";

export interface TverskyOptions extends LossOptions {
  /** Weight of what is labelled but not predicted. Default 0.5. */
  readonly alpha?: number | undefined;
  /** Weight of what is predicted but not labelled. Default 0.5. */
  readonly beta?: number | undefined;
  /** The axes that are summed; null sums all of them. Default null. */
  readonly axis?: number | readonly number[] | null | undefined;
}

export class Tversky extends Loss {
  static override readonly settings: readonly string[] = ["alpha", "beta", "axis"];
  readonly alpha: number;
  readonly beta: number;
  readonly axis: number | readonly number[] | null;

  constructor(options: TverskyOptions = {}) {
    super("tversky", options);
    this.alpha = options.alpha ?? 0.5;
    this.beta = options.beta ?? 0.5;
    this.axis = options.axis ?? null;
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const total = (x: Tensor): Tensor => sum(x, { axis: this.axis });
    const overlap = total(multiply(yTrue, yPred));
    // Keras 3.15's roles of the two weights; its documentation (and later versions) exchange them.
    const missed = multiply(total(multiply(yTrue, subtract(1, yPred))), this.alpha);
    const invented = multiply(total(multiply(subtract(1, yTrue), yPred)), this.beta);
    return subtract(1, divide(overlap, add(add(add(overlap, missed), invented), epsilon)));
  }
}

/** 1 - overlap / (overlap + alpha·missed + beta·invented), summed over `axis`; labels and predictions in [0, 1], of one shape. */
export const tversky = (options?: TverskyOptions): Tversky => new Tversky(options);
