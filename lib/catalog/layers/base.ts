// What the catalog's layers share: options and Keras's configs are the same settings under two spellings.

import { Layer } from "../../graph/layer.js";
import { type ItemClass, serialize } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { type Config, configOf, optionsOf } from "../config.js";

/** A layer whose class lists Keras's names of its settings in `settings`; each is a field in our spelling. */
export abstract class CatalogLayer<Out extends Tensor | Tensor[] = Tensor> extends Layer<Out> {
  static readonly settings: readonly string[] = [];

  override getConfig(): Record<string, unknown> {
    const { settings } = this.constructor as unknown as { settings: readonly string[] };
    const own = configOf(this, settings);
    return {
      ...super.getConfig(),
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, written(value)])),
    };
  }
}

interface Item {
  readonly className?: string;
  readonly name?: string;
  apply?: unknown;
  getConfig(): Record<string, unknown>;
}

/** A setting as Keras writes it: items become names or `{ class_name, config }`. */
function written(value: unknown): unknown {
  if (value === null || value === undefined || (typeof value !== "object" && typeof value !== "function"))
    return value ?? null;
  const item = value as Item;
  if (typeof item.getConfig !== "function") return value;
  if (typeof item.className === "string") return serialize(item as Item & { className: string });
  const config = item.getConfig();
  return Object.keys(config).length === 0 ? item.name : { class_name: item.name, config };
}

interface LayerClass {
  new (options: never): Layer<Tensor | Tensor[]>;
  readonly name: string;
  readonly settings: readonly string[];
}

/** A layer class as the registry's item; `extra` reads what a plain renaming can't. */
export function layerItem(
  made: LayerClass,
  extra: (config: Config) => Record<string, unknown> = () => ({}),
): ItemClass<Layer<Tensor | Tensor[]>> {
  return {
    className: made.name,
    fromConfig: (config) =>
      new made({ ...optionsOf(config, ["name", "trainable", ...made.settings]), ...extra(config) } as never),
  };
}
