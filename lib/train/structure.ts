// One thing, a list of things, or a record of things by name: the forms in which a model takes inputs and gives outputs.

/** One, several in order, or several by name. */
export type Structured<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** The form without the things. `names` are in order. */
export interface Structure {
  readonly kind: "one" | "list" | "record";
  readonly names: readonly string[];
}

/** Things in order, and the form they came in; `nameOf` names those of a list. */
export function flatten<T extends object>(
  value: Structured<T>,
  isOne: (value: unknown) => value is T,
  nameOf: (item: T) => string,
): { list: T[]; structure: Structure } {
  if (isOne(value)) return { list: [value], structure: { kind: "one", names: [nameOf(value)] } };
  if (Array.isArray(value))
    return { list: [...value], structure: { kind: "list", names: distinct(value.map(nameOf)) } };
  const record = value as Readonly<Record<string, T>>;
  return { list: Object.values(record), structure: { kind: "record", names: Object.keys(record) } };
}

/** The list in the form of `structure` again. */
export function pack<T>(structure: Structure, list: readonly T[]): Structured<T> {
  if (structure.kind === "one") return list[0] as T;
  if (structure.kind === "list") return list;
  return Object.fromEntries(structure.names.map((name, i) => [name, list[i] as T]));
}

/** Names made distinct by a number at the end. */
export function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  });
}
