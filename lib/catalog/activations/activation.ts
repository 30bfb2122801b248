// What an activation is, and how its file says it.

import type { ItemClass } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";

/** A function from a tensor to a tensor of the same kind, with its settings. */
export interface Activation {
  /** Keras's name ("relu"). */
  readonly name: string;
  apply(x: Tensor): Tensor;
  /** Settings in Keras's names. */
  getConfig(): Record<string, unknown>;
}

/** Settings of an activation. */
export type Settings = Readonly<Record<string, number | boolean | null>>;

/** An activation as its file says it. */
export interface ActivationDefinition<C extends Settings> {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Keras's settings and their defaults. */
  readonly config: C;
  apply(x: Tensor, config: C): Tensor;
}

/** Makes the registry's item. */
export function defineActivation<C extends Settings>(definition: ActivationDefinition<C>): ItemClass<Activation> {
  const { name, aliases = [], config: defaults } = definition;
  return {
    className: name,
    aliases,
    fromConfig(given) {
      const known = Object.entries(given).filter(([key]) => key in defaults);
      const config = { ...defaults, ...Object.fromEntries(known) } as C;
      return { name, apply: (x) => definition.apply(x, config), getConfig: () => ({ ...config }) };
    },
  };
}
