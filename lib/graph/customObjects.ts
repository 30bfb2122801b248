// Classes and functions of the user's own that a file may name, while the file is read: name in, item out.

import { ValueError } from "./errors.js";
import { camelOption } from "./names.js";
import type { ItemClass } from "./registry.js";

/** By the name that the file has. */
export type CustomObjects = Readonly<Record<string, unknown>>;

let given: CustomObjects | null = null;

/** Calls `read`, which may name these objects. Reading a config never waits, so nobody else's reading comes in between. */
export function withCustomObjects<T>(objects: CustomObjects, read: () => T): T {
  const before = given;
  given = { ...before, ...objects };
  try {
    return read();
  } finally {
    given = before;
  }
}

/** Whether a file is being read. */
export const inCustomObjects = (): boolean => given !== null;

/** Whether the file's reader was given something of this name. */
export const isCustomObject = (name: string): boolean => given !== null && Object.hasOwn(given, name);

interface OwnClass {
  new (options: Readonly<Record<string, unknown>>): unknown;
  fromConfig?(config: Readonly<Record<string, unknown>>): unknown;
}

const isClass = (value: unknown): value is OwnClass =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

/** The item that the user gave under this name; null for none. `ofFunction` makes an item of a plain function. */
export function customObject<T>(name: string, ofFunction?: (made: never) => T): ItemClass<T> | null {
  if (!given || !Object.hasOwn(given, name)) return null;
  const own = given[name];
  if (isClass(own)) return { className: name, fromConfig: (config) => fromClass(own, config) as T };
  if (typeof own !== "function") {
    throw new ValueError(`customObjects.${name} must be a class or a function, received ${typeof own}`);
  }
  if (!ofFunction) throw new ValueError(`customObjects.${name} must be a class, received a function`);
  return { className: name, fromConfig: () => ofFunction(own as never) };
}

/** By the class's own `fromConfig`, or by a constructor that takes the settings in our spelling. */
function fromClass(made: OwnClass, config: Readonly<Record<string, unknown>>): unknown {
  if (typeof made.fromConfig === "function") return made.fromConfig(config);
  const options = Object.entries(config).filter(([key]) => key !== "dtype" && key !== "__proto__");
  return new made(Object.fromEntries(options.map(([key, value]) => [camelOption(key), value])));
}
