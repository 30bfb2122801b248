// Types of what this Node has and the compiler's libraries don't know yet, as the inside of `declare global`.

const list = (name: string, item: string, made: string): string => `interface ${name} {
    /** A copy in the opposite order. */
    toReversed(): ${made};
    /** A sorted copy. */
    toSorted(compare?: (a: ${item}, b: ${item}) => number): ${made};
    /** A copy with another value at one place. */
    with(index: number, value: ${item}): ${made};
  }`;

const numbers = "Int8 Uint8 Uint8Clamped Int16 Uint16 Int32 Uint32 Float32 Float64"
  .split(" ")
  .map((kind) => `${kind}Array`);
const bigints = ["BigInt64Array", "BigUint64Array"];

const copying = [
  list("Array<T>", "T", "T[]"),
  list("ReadonlyArray<T>", "T", "T[]"),
  ...numbers.map((name) => list(name, "number", name)),
  ...bigints.map((name) => list(name, "bigint", name)),
  ...["Array", "ReadonlyArray"].map(
    (name) => `interface ${name}<T> {
    /** A copy with some items taken out and others put in. */
    toSpliced(start: number, count?: number): T[];
    toSpliced(start: number, count: number, ...items: T[]): T[];
  }`,
  ),
];

const combined = ["union", "symmetricDifference"].map((name) => `${name}<U>(other: ReadonlySet<U>): Set<T | U>;`);
const less = `intersection<U>(other: ReadonlySet<U>): Set<T & U>; difference(other: ReadonlySet<unknown>): Set<T>;`;
const compared = ["isSubsetOf", "isSupersetOf", "isDisjointFrom"].map(
  (name) => `${name}(other: ReadonlySet<unknown>): boolean;`,
);

/** What must be there, and its types. */
const additions: readonly (readonly [owner: object, name: string, types: readonly string[]])[] = [
  [Array.prototype, "toSorted", copying],
  [String.prototype, "isWellFormed", ["interface String { isWellFormed(): boolean; toWellFormed(): string; }"]],
  [
    Object,
    "groupBy",
    [
      "interface ObjectConstructor { groupBy<K extends PropertyKey, T>(items: Iterable<T>, key: (item: T, index: number) => K): Partial<Record<K, T[]>>; }",
      "interface MapConstructor { groupBy<K, T>(items: Iterable<T>, key: (item: T, index: number) => K): Map<K, T[]>; }",
    ],
  ],
  [
    Promise,
    "withResolvers",
    [
      "interface PromiseConstructor { withResolvers<T>(): { promise: Promise<T>; resolve: (value: T | PromiseLike<T>) => void; reject: (reason?: any) => void }; }",
    ],
  ],
  [
    Array,
    "fromAsync",
    [
      "interface ArrayConstructor { fromAsync<T>(items: AsyncIterable<T> | Iterable<T | PromiseLike<T>>): Promise<T[]>; }",
    ],
  ],
  [
    Set.prototype,
    "union",
    ["Set", "ReadonlySet"].map((name) => `interface ${name}<T> { ${[...combined, less, ...compared].join(" ")} }`),
  ],
];

export const newerTypes: string = additions
  .filter(([owner, name]) => name in owner)
  .flatMap(([, , types]) => types)
  .join("\n  ");
