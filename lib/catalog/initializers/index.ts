// Initializers by Keras's names: what fresh weights hold.

import { ValueError } from "../../graph/errors.js";
import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import { type Initializer, identifiers } from "../../graph/weight.js";
import { filledWith } from "../fill.js";
import { Identity } from "./identity.js";
import { Orthogonal } from "./orthogonal.js";
import { RandomNormal, RandomUniform, TruncatedNormal } from "./random.js";
import { VarianceScaling, varianceScalings } from "./varianceScaling.js";

export { identity } from "./identity.js";
export { orthogonal } from "./orthogonal.js";
export { randomNormal, randomUniform, truncatedNormal } from "./random.js";
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
} from "./varianceScaling.js";

/** Names of all initializers. */
export type InitializerName =
  | "zeros"
  | "ones"
  | "constant"
  | "random_normal"
  | "random_uniform"
  | "truncated_normal"
  | "variance_scaling"
  | "glorot_normal"
  | "glorot_uniform"
  | "he_normal"
  | "he_uniform"
  | "lecun_normal"
  | "lecun_uniform"
  | "orthogonal"
  | "identity";

/** What options accept: a name, an initializer, or Keras's `{ class_name, config }`. */
export type InitializerIdentifier = InitializerName | Initializer | SerializedItem;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const registry = new Registry<Initializer>("initializer", [
  { className: "Zeros", aliases: ["zeros"], fromConfig: () => filledWith(0) },
  { className: "Ones", aliases: ["ones"], fromConfig: () => ones() },
  { className: "Constant", aliases: ["constant"], fromConfig: ({ value }) => constant(number(value, 0)) },
  { className: "RandomNormal", aliases: ["random_normal"], fromConfig: (config) => new RandomNormal(config) },
  { className: "RandomUniform", aliases: ["random_uniform"], fromConfig: (config) => new RandomUniform(config) },
  { className: "TruncatedNormal", aliases: ["truncated_normal"], fromConfig: (config) => new TruncatedNormal(config) },
  {
    className: "VarianceScaling",
    aliases: ["variance_scaling"],
    fromConfig: (config) => new VarianceScaling("VarianceScaling", config),
  },
  ...varianceScalings,
  {
    className: "Orthogonal",
    aliases: ["orthogonal", "OrthogonalInitializer"],
    fromConfig: (config) => new Orthogonal(config),
  },
  { className: "Identity", aliases: ["identity", "IdentityInitializer"], fromConfig: (config) => new Identity(config) },
]);

/** Every element 0. */
export const zeros = (): Initializer => filledWith(0);
/** Every element 1. */
export const ones = (): Initializer => ({ ...filledWith(1), className: "Ones", getConfig: () => ({}) });
/** Every element `value`. */
export const constant = (value: number): Initializer => ({
  ...filledWith(value),
  className: "Constant",
  getConfig: () => ({ value }),
});

/** Finds initializers. */
export const initializers: {
  names(): string[];
  register(item: ItemClass<Initializer>): void;
  deserialize(item: SerializedItem | string): Initializer;
  readonly resolve: (identifier: InitializerIdentifier) => Initializer;
} = {
  names: (): string[] => registry.names(),
  register: (item) => registry.register(item),
  deserialize: (item: SerializedItem | string): Initializer => registry.deserialize(item),
  /** What an option means. Raises NameError with the nearest known name. */
  resolve(identifier: InitializerIdentifier): Initializer {
    if (typeof identifier === "string") return registry.get(identifier);
    if ("build" in identifier) return identifier;
    if ("class_name" in identifier) return registry.deserialize(identifier);
    throw new ValueError("an initializer is a name, an initializer, or { class_name, config }");
  },
};

identifiers.initializer = (name) => registry.get(name);
