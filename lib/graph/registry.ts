// Registries of named items: what users write as a string, and what Keras's configs call by class name.

import { customObject, inCustomObjects } from "./customObjects.js";
import { unknownName, ValueError } from "./errors.js";

/** Keras's form of an item in a file: `{ class_name, config }`. */
export interface SerializedItem {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** One kind of item: how its members are found by class name or by identifier. */
export interface ItemClass<T> {
  /** Keras's class name ("GlorotUniform"). */
  readonly className: string;
  /** Other names it answers to ("glorot_uniform", "mse"). */
  readonly aliases?: readonly string[];
  /** Makes an item from Keras's config. */
  fromConfig(config: Readonly<Record<string, unknown>>): T;
}

/** The items of one folder of the catalog. */
export class Registry<T> {
  readonly kind: string;
  private readonly byName = new Map<string, ItemClass<T>>();
  private readonly ofFunction: ((made: never) => T) | undefined;

  /** `ofFunction` makes an item of a plain function, where users may write one. */
  constructor(kind: string, items: readonly ItemClass<T>[], ofFunction?: (made: never) => T) {
    this.kind = kind;
    this.ofFunction = ofFunction;
    for (const item of items) this.register(item);
  }

  /** Adds an item; the way custom classes take part in loading. */
  register(item: ItemClass<T>): void {
    for (const name of [item.className, ...(item.aliases ?? [])]) this.byName.set(name, item);
  }

  /** Every name that `get` knows. */
  names(): string[] {
    return [...this.byName.keys()];
  }

  /** The class that a name stands for; null for an unknown one. */
  classNameOf(name: string): string | null {
    return this.byName.get(name)?.className ?? null;
  }

  /** An item by its name, with default settings. Raises NameError with the nearest known name. */
  get(name: string): T {
    return this.find(name).fromConfig({});
  }

  /** An item from Keras's `{ class_name, config }`, or from a bare name. */
  deserialize(serialized: SerializedItem | string): T {
    if (typeof serialized === "string") return this.get(serialized);
    if (typeof serialized?.class_name !== "string")
      throw new ValueError(`${this.kind}: expected { class_name, config }`);
    // Keras's form of a plain function.
    if (serialized.class_name === "function") return this.get(String(serialized.config));
    return this.find(serialized.class_name).fromConfig(serialized.config ?? {});
  }

  private find(name: string): ItemClass<T> {
    const item = customObject(name, this.ofFunction) ?? this.byName.get(name);
    if (item) return item;
    const hint = `if it is your own: load(path, { customObjects: { ${name} } })`;
    throw unknownName(this.kind, name, this.byName.keys(), inCustomObjects() ? hint : undefined);
  }
}

/** Keras's form of an item that has `className` and `getConfig`. */
export function serialize(item: { readonly className: string; getConfig(): Record<string, unknown> }): SerializedItem {
  return { class_name: item.className, config: item.getConfig() };
}
