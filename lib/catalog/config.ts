// Keras's configs and our options: the same settings under two spellings ("label_smoothing", labelSmoothing). A class lists Keras's names
// once; reading and writing configs follows.

import { camelOption } from "../graph/names.js";
import type { ItemClass } from "../graph/registry.js";

/** A JSON object, as in `{ class_name, config }`. */
export type Config = Readonly<Record<string, unknown>>;

export { camelOption };

/** The settings that `config` holds among `names` (Keras's), as an options object. */
export function optionsOf(config: Config, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => config[name] !== undefined).map((name) => [camelOption(name), config[name]]),
  );
}

/** The fields of `item` behind `names`, under Keras's names. */
export function configOf(item: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, (item as Record<string, unknown>)[camelOption(name)]]));
}

/** A class whose constructor takes one options object, and the names of its own settings. */
export interface ConfigurableClass<T> {
  new (options: never): T;
  readonly name: string;
  /** Keras's names of the settings that the constructor takes besides those of its base. */
  readonly settings: readonly string[];
}

/** A class as a registry's item; `inherited` names the base's settings. */
export function itemOf<T>(
  made: ConfigurableClass<T>,
  inherited: readonly string[],
  aliases: readonly string[] = [],
): ItemClass<T> {
  return {
    className: made.name,
    aliases,
    fromConfig: (config) => new made(optionsOf(config, [...inherited, ...made.settings]) as never),
  };
}
