// Vectors whose length lies between two values, or moves there step by step.

import type { ItemClass } from "../../graph/registry.js";
import { add, clip, divide, multiply } from "../ops/index.js";
import { type Constraint, constraintItem, epsilon, makeConstraint, type NormOptions, norms } from "./constraint.js";

export interface MinMaxNormOptions extends NormOptions {
  /** Default 0. */
  readonly minValue?: number | undefined;
  /** Default 1. */
  readonly maxValue?: number | undefined;
  /** Share of the way that one update goes. Default 1: all of it. */
  readonly rate?: number | undefined;
}

const names = ["min_value", "max_value", "rate", "axis"];

/** Norms along `axis` lie between `minValue` and `maxValue`; `rate` says how fast they are brought there. */
export function minMaxNorm(options: MinMaxNormOptions = {}): Constraint {
  const { minValue = 0, maxValue = 1, rate = 1, axis = 0 } = options;
  return makeConstraint("MinMaxNorm", { minValue, maxValue, rate, axis }, names, (weight) => {
    const norm = norms(weight, axis);
    const wanted = add(multiply(clip(norm, minValue, maxValue), rate), multiply(norm, 1 - rate));
    return multiply(weight, divide(wanted, add(norm, epsilon)));
  });
}

export const minMaxNormItem: ItemClass<Constraint> = constraintItem("MinMaxNorm", "min_max_norm", names, minMaxNorm);
