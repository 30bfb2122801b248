// Initializers by Keras's names: what fresh weights hold. One line each.

import { ValueError } from "../../graph/errors.js";
import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import { type Initializer, type InitializerFunction, identifiers } from "../../graph/weight.js";
import { optionsOf } from "../config.js";
import { constant, ones, zeros } from "./constant.js";
import { fromFunction } from "./custom.js";
import { identity } from "./identity.js";
import { orthogonal } from "./orthogonal.js";
import { randomNormal } from "./randomNormal.js";
import { randomUniform } from "./randomUniform.js";
import { truncatedNormal } from "./truncatedNormal.js";
import { varianceScalings } from "./varianceScaling.js";

export { constant, ones, zeros } from "./constant.js";
export { type IdentityOptions, identity } from "./identity.js";
export { type OrthogonalOptions, orthogonal } from "./orthogonal.js";
export type { SeedOptions } from "./random.js";
export { type NormalOptions, randomNormal } from "./randomNormal.js";
export { randomUniform, type UniformOptions } from "./randomUniform.js";
export { truncatedNormal } from "./truncatedNormal.js";
export {
  type FanMode,
  type FanOptions,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  type ScalingDistribution,
  type VarianceScalingOptions,
  varianceScaling,
} from "./varianceScaling.js";

/** Names of all initializers. */
export type InitializerName =
  | "zeros"
  | "zero"
  | "ones"
  | "one"
  | "constant"
  | "random_normal"
  | "normal"
  | "random_uniform"
  | "uniform"
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

/** What options accept: a name, an initializer, a function of a shape, or Keras's `{ class_name, config }`. */
export type InitializerIdentifier = InitializerName | Initializer | InitializerFunction | SerializedItem;

const item = <O extends object>(
  className: string,
  aliases: readonly string[],
  settings: readonly string[],
  make: (options: O) => Initializer,
): ItemClass<Initializer> => ({
  className,
  aliases,
  fromConfig: (config) => make(optionsOf(config, settings) as O),
});

const registry = new Registry<Initializer>(
  "initializer",
  [
    item("Zeros", ["zeros", "zero"], [], zeros),
    item("Ones", ["ones", "one"], [], ones),
    item("Constant", ["constant"], ["value"], ({ value }: { readonly value?: number }) => constant(value)),
    item("RandomNormal", ["random_normal", "normal"], ["mean", "stddev", "seed"], randomNormal),
    item("RandomUniform", ["random_uniform", "uniform"], ["minval", "maxval", "seed"], randomUniform),
    item("TruncatedNormal", ["truncated_normal"], ["mean", "stddev", "seed"], truncatedNormal),
    ...varianceScalings,
    item("Orthogonal", ["orthogonal", "OrthogonalInitializer"], ["gain", "seed"], orthogonal),
    item("Identity", ["identity", "IdentityInitializer"], ["gain"], identity),
  ],
  fromFunction,
);

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
    if (typeof identifier === "function") return fromFunction(identifier);
    if ("build" in identifier) return identifier;
    if ("class_name" in identifier) return registry.deserialize(identifier);
    throw new ValueError("an initializer is a name, an initializer, a function of a shape, or { class_name, config }");
  },
};

identifiers.initializer = (identifier) => initializers.resolve(identifier as InitializerIdentifier);
