// Squared error up to a threshold, absolute error beyond: outliers pull less.

import type { Tensor } from "../../graph/tensor.js";
import { absolute, lessEqual, mean, multiply, square, subtract, where } from "../ops/index.js";
import { Loss, type LossOptions } from "./loss.js";

export interface HuberOptions extends LossOptions {
  /** Where the square turns into a line. Default 1. */
  readonly delta?: number | undefined;
}

export class Huber extends Loss {
  static override readonly settings: readonly string[] = ["delta"];
  readonly delta: number;

  constructor(options: HuberOptions = {}) {
    super("huber_loss", options);
    this.delta = options.delta ?? 1;
  }

  override fn(yTrue: Tensor, yPred: Tensor): Tensor {
    const { delta } = this;
    const error = subtract(yPred, yTrue);
    const size = absolute(error);
    const line = subtract(multiply(delta, size), 0.5 * delta * delta);
    return mean(where(lessEqual(size, delta), multiply(0.5, square(error)), line), { axis: -1 });
  }
}

/**
 * Mean over the last axis of e²/2 where |e| ≤ delta, else delta·|e| - delta²/2, with e = p - y: [batch, …, width] twice → [batch, …].
 *
 * @example
 * m.compile({ optimizer: "adam", loss: losses.huber({ delta: 0.5 }) });
 */
export const huber = (options?: HuberOptions): Huber => new Huber(options);
