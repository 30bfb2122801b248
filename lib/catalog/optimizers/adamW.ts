// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101).

import { ValueError } from "../../graph/errors.js";
import { Adam, type AdamOptions } from "./adam.js";

export interface AdamWOptions extends AdamOptions {
  /** Default 0.004. */
  readonly weightDecay?: number | undefined;
}

export class AdamW extends Adam {
  /** Raises ValueError when weightDecay is null. */
  constructor(options: AdamWOptions = {}) {
    super({ ...options, weightDecay: options.weightDecay === undefined ? 0.004 : options.weightDecay });
    if (this.weightDecay === null)
      throw new ValueError(`${this.name}: weightDecay must be a number`, { hint: "without weight decay it is adam()" });
  }
}

/**
 * Adam, and w ← w - rate·weightDecay·w before each step.
 *
 * @example
 * m.compile({ optimizer: adamW({ weightDecay: 0.01, excludeFromWeightDecay: ["bias"] }), loss: "mse" });
 */
export const adamW = (options?: AdamWOptions): AdamW => new AdamW(options);
