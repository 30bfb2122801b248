// Vectors of length 1.

import type { ItemClass } from "../../graph/registry.js";
import { add, divide } from "../ops/index.js";
import { type Constraint, constraintItem, epsilon, makeConstraint, type NormOptions, norms } from "./constraint.js";

const names = ["axis"];

/** Norms along `axis` are 1. */
export function unitNorm(options: NormOptions = {}): Constraint {
  const { axis = 0 } = options;
  return makeConstraint("UnitNorm", { axis }, names, (weight) => divide(weight, add(norms(weight, axis), epsilon)));
}

export const unitNormItem: ItemClass<Constraint> = constraintItem("UnitNorm", "unit_norm", names, unitNorm);
