// Nothing below 0.

import type { ItemClass } from "../../graph/registry.js";
import { maximum } from "../ops/index.js";
import { type Constraint, constraintItem, makeConstraint } from "./constraint.js";

/** No element is negative. */
export const nonNeg = (): Constraint => makeConstraint("NonNeg", {}, [], (weight) => maximum(weight, 0));

export const nonNegItem: ItemClass<Constraint> = constraintItem("NonNeg", "non_neg", [], nonNeg);
