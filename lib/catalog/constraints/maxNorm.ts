// Vectors no longer than a given length.

import type { ItemClass } from "../../graph/registry.js";
import { add, clip, divide, multiply } from "../ops/index.js";
import { type Constraint, constraintItem, epsilon, makeConstraint, type NormOptions, norms } from "./constraint.js";

export interface MaxNormOptions extends NormOptions {
  /** Default 2. */
  readonly maxValue?: number | undefined;
}

const names = ["max_value", "axis"];

/**
 * Norms along `axis` are at most `maxValue`.
 *
 * @example
 * dense(64, { kernelConstraint: constraints.maxNorm({ maxValue: 3 }) });
 */
export function maxNorm(options: MaxNormOptions = {}): Constraint {
  const { maxValue = 2, axis = 0 } = options;
  return makeConstraint("MaxNorm", { maxValue, axis }, names, (weight) => {
    const norm = norms(weight, axis);
    return multiply(weight, divide(clip(norm, 0, maxValue), add(norm, epsilon)));
  });
}

export const maxNormItem: ItemClass<Constraint> = constraintItem("MaxNorm", "max_norm", names, maxNorm);
