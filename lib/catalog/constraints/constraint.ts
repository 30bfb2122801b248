// What a constraint is, and how its file says it: after each update a weight is put back to the nearest that is allowed.

import type { ItemClass } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { configOf, optionsOf } from "../config.js";
import { sqrt, square, sum } from "../ops/index.js";

/** A function from a weight to the nearest allowed one, with its settings. */
export interface Constraint {
  (weight: Tensor): Tensor;
  readonly className: string;
  getConfig(): Record<string, unknown>;
}

/** Option of constraints on norms. */
export interface NormOptions {
  /** Axes along which norms are taken; null takes all. Default 0: the inputs of each unit of a dense layer. */
  readonly axis?: number | readonly number[] | null | undefined;
}

/** Keras's `epsilon()`: keeps divisors away from 0. */
export const epsilon = 1e-7;

/** Length of the vectors along `axis`, which stays with size 1. */
export const norms = (weight: Tensor, axis: number | readonly number[] | null): Tensor =>
  sqrt(sum(square(weight), { axis, keepdims: true }));

/** A constraint of these settings (every one of them given). */
export function makeConstraint(
  className: string,
  settings: object,
  names: readonly string[],
  apply: (weight: Tensor) => Tensor,
): Constraint {
  return Object.assign((weight: Tensor) => apply(weight), { className, getConfig: () => configOf(settings, names) });
}

/** The registry's item; `names` are those of the settings in Keras's configs. */
export const constraintItem = <O extends object>(
  className: string,
  alias: string,
  names: readonly string[],
  make: (options: O) => Constraint,
): ItemClass<Constraint> => ({
  className,
  aliases: [alias],
  fromConfig: (config) => make(optionsOf(config, names) as O),
});
