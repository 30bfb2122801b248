// Regularizers by Keras's names: one line each.

import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { l1Item } from "./l1.js";
import { l1L2Item } from "./l1L2.js";
import { l2Item } from "./l2.js";
import { orthogonalRegularizerItem } from "./orthogonalRegularizer.js";
import type { Regularizer } from "./regularizer.js";

export { l1 } from "./l1.js";
export { type L1L2Options, l1L2 } from "./l1L2.js";
export { l2 } from "./l2.js";
export { type OrthogonalRegularizerOptions, orthogonalRegularizer } from "./orthogonalRegularizer.js";
export type { Regularizer } from "./regularizer.js";

/** Names of all regularizers. */
export type RegularizerName = "l1" | "l2" | "l1_l2" | "l1l2" | "orthogonal_regularizer";
/** What options accept; null for none. */
export type RegularizerIdentifier = RegularizerName | Regularizer | ((weight: Tensor) => Tensor) | SerializedItem;

const registry = new Registry<Regularizer>(
  "regularizer",
  [l1Item, l2Item, l1L2Item, orthogonalRegularizerItem],
  // A function says nothing of itself but its name.
  (own: (weight: Tensor) => Tensor) =>
    Object.assign((weight: Tensor) => own(weight), { className: own.name, getConfig: () => ({}) }),
);

/** Finds regularizers. */
export const regularizers: {
  names(): string[];
  register(item: ItemClass<Regularizer>): void;
  deserialize(item: SerializedItem | string): Regularizer;
  readonly resolve: (identifier: RegularizerIdentifier | null | undefined) => ((weight: Tensor) => Tensor) | null;
} = {
  names: (): string[] => registry.names(),
  register: (item) => registry.register(item),
  deserialize: (own: SerializedItem | string): Regularizer => registry.deserialize(own),
  /** What an option means; null for none. */
  resolve(identifier: RegularizerIdentifier | null | undefined): ((weight: Tensor) => Tensor) | null {
    if (identifier === null || identifier === undefined) return null;
    if (typeof identifier === "function") return identifier;
    return registry.deserialize(identifier);
  },
};
