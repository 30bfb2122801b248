// What a regularizer is, and how its file says it: what a weight adds to the loss.

import { asWritten, ValueError } from "../../graph/errors.js";
import type { ItemClass } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { configOf, optionsOf } from "../config.js";
import { absolute, multiply, square, sum } from "../ops/index.js";

/** A function from a weight to a scalar penalty, with its settings. */
export interface Regularizer {
  (weight: Tensor): Tensor;
  readonly className: string;
  getConfig(): Record<string, unknown>;
}

/** factor · Σ |w|. */
export const sumOfSizes = (weight: Tensor, factor: number): Tensor => multiply(sum(absolute(weight)), factor);
/** factor · Σ w². */
export const sumOfSquares = (weight: Tensor, factor: number): Tensor => multiply(sum(square(weight)), factor);

/** A regularizer of these settings (every one of them given). Raises ValueError for a factor that is no number from 0. */
export function makeRegularizer(
  className: string,
  settings: object,
  names: readonly string[],
  apply: (weight: Tensor) => Tensor,
): Regularizer {
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value !== "string" && !(Number.isFinite(value) && value >= 0)) {
      throw new ValueError(`${className}: ${name} must be a number from 0, received ${asWritten(value)}`);
    }
  }
  return Object.assign((weight: Tensor) => apply(weight), { className, getConfig: () => configOf(settings, names) });
}

/** The registry's item; `names` are those of the settings in Keras's configs. */
export const regularizerItem = <O extends object>(
  className: string,
  aliases: readonly string[],
  names: readonly string[],
  make: (options: O) => Regularizer,
): ItemClass<Regularizer> => ({
  className,
  aliases,
  fromConfig: (config) => make(optionsOf(config, names) as O),
});
