// Constraints by Keras's names: one line each.

import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Constraint } from "./constraint.js";
import { maxNormItem } from "./maxNorm.js";
import { minMaxNormItem } from "./minMaxNorm.js";
import { nonNegItem } from "./nonNeg.js";
import { unitNormItem } from "./unitNorm.js";

export type { Constraint, NormOptions } from "./constraint.js";
export { type MaxNormOptions, maxNorm } from "./maxNorm.js";
export { type MinMaxNormOptions, minMaxNorm } from "./minMaxNorm.js";
export { nonNeg } from "./nonNeg.js";
export { unitNorm } from "./unitNorm.js";

/** Names of all constraints. */
export type ConstraintName = "max_norm" | "non_neg" | "unit_norm" | "min_max_norm";
/** What options accept; null for none. */
export type ConstraintIdentifier = ConstraintName | Constraint | ((weight: Tensor) => Tensor) | SerializedItem;

const registry = new Registry<Constraint>(
  "constraint",
  [maxNormItem, nonNegItem, unitNormItem, minMaxNormItem],
  // A function says nothing of itself but its name.
  (own: (weight: Tensor) => Tensor) =>
    Object.assign((weight: Tensor) => own(weight), { className: own.name, getConfig: () => ({}) }),
);

/** Finds constraints. */
export const constraints: {
  names(): string[];
  register(item: ItemClass<Constraint>): void;
  deserialize(item: SerializedItem | string): Constraint;
  readonly resolve: (identifier: ConstraintIdentifier | null | undefined) => ((weight: Tensor) => Tensor) | null;
} = {
  names: (): string[] => registry.names(),
  register: (item) => registry.register(item),
  deserialize: (own: SerializedItem | string): Constraint => registry.deserialize(own),
  /** What an option means; null for none. */
  resolve(identifier: ConstraintIdentifier | null | undefined): ((weight: Tensor) => Tensor) | null {
    if (identifier === null || identifier === undefined) return null;
    if (typeof identifier === "function") return identifier;
    return registry.deserialize(identifier);
  },
};
