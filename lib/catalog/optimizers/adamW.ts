// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101).

import { Adam, type AdamOptions } from "./adam.js";

export interface AdamWOptions extends AdamOptions {
  /** Default 0.004. */
  readonly weightDecay?: number | undefined;
}

export class AdamW extends Adam {
  constructor(options: AdamWOptions = {}) {
    super({ ...options, weightDecay: options.weightDecay ?? 0.004 });
  }
}

/** Adam, and w ← w - rate·weightDecay·w before each step. */
export const adamW = (options?: AdamWOptions): AdamW => new AdamW(options);
