// Constraints by Keras's names: after each update a weight is put back to the nearest that is allowed.

import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, clip, divide, maximum, multiply, sqrt, square, sum } from "../ops/index.js";

/** A function from a weight to the nearest allowed one, with its settings. */
export interface Constraint {
  (weight: Tensor): Tensor;
  readonly className: string;
  getConfig(): Record<string, unknown>;
}

/** Names of all constraints. */
export type ConstraintName = "max_norm" | "non_neg" | "unit_norm" | "min_max_norm";
/** What options accept; null for none. */
export type ConstraintIdentifier = ConstraintName | Constraint | ((weight: Tensor) => Tensor) | SerializedItem;

const epsilon = 1e-7;
type Config = Readonly<Record<string, unknown>>;

function make(className: string, config: Record<string, unknown>, apply: (weight: Tensor) => Tensor): Constraint {
  return Object.assign((weight: Tensor) => apply(weight), { className, getConfig: () => config });
}

const norms = (weight: Tensor, axis: number | readonly number[]): Tensor =>
  sqrt(sum(square(weight), { axis, keepdims: true }));

/** Norms along `axis` are at most `maxValue` (2). */
export function maxNorm(
  options: { readonly maxValue?: number; readonly axis?: number | readonly number[] } = {},
): Constraint {
  const { maxValue = 2, axis = 0 } = options;
  return make("MaxNorm", { max_value: maxValue, axis }, (weight) => {
    const norm = norms(weight, axis);
    return multiply(weight, divide(clip(norm, 0, maxValue), add(norm, epsilon)));
  });
}

/** No element is negative. */
export const nonNeg = (): Constraint => make("NonNeg", {}, (weight) => maximum(weight, 0));

/** Norms along `axis` are 1. */
export function unitNorm(options: { readonly axis?: number | readonly number[] } = {}): Constraint {
  const { axis = 0 } = options;
  return make("UnitNorm", { axis }, (weight) => divide(weight, add(norms(weight, axis), epsilon)));
}

/** Norms along `axis` lie between two values; `rate` says how fast they are brought there. */
export function minMaxNorm(
  options: {
    readonly minValue?: number;
    readonly maxValue?: number;
    readonly rate?: number;
    readonly axis?: number | readonly number[];
  } = {},
): Constraint {
  const { minValue = 0, maxValue = 1, rate = 1, axis = 0 } = options;
  return make("MinMaxNorm", { min_value: minValue, max_value: maxValue, rate, axis }, (weight) => {
    const norm = norms(weight, axis);
    const wanted = add(multiply(clip(norm, minValue, maxValue), rate), multiply(norm, 1 - rate));
    return multiply(weight, divide(wanted, add(norm, epsilon)));
  });
}

const item = (className: string, alias: string, fromConfig: (config: Config) => Constraint): ItemClass<Constraint> => ({
  className,
  aliases: [alias],
  fromConfig,
});
const value = <T>(config: Config, name: string): T | undefined => config[name] as T | undefined;
const defined = <T extends object>(options: T): { [K in keyof T]: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(options).filter(([, own]) => own !== undefined && own !== null)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };

const registry = new Registry<Constraint>("constraint", [
  item("MaxNorm", "max_norm", (config) =>
    maxNorm(defined({ maxValue: value<number>(config, "max_value"), axis: value<number>(config, "axis") })),
  ),
  item("NonNeg", "non_neg", nonNeg),
  item("UnitNorm", "unit_norm", (config) => unitNorm(defined({ axis: value<number>(config, "axis") }))),
  item("MinMaxNorm", "min_max_norm", (config) =>
    minMaxNorm(
      defined({
        minValue: value<number>(config, "min_value"),
        maxValue: value<number>(config, "max_value"),
        rate: value<number>(config, "rate"),
        axis: value<number>(config, "axis"),
      }),
    ),
  ),
]);

/** Finds constraints. */
export const constraints: {
  names(): string[];
  register(item: ItemClass<Constraint>): void;
  deserialize(item: SerializedItem | string): Constraint;
  readonly resolve: (identifier: ConstraintIdentifier | null | undefined) => ((weight: Tensor) => Tensor) | null;
} = {
  names: (): string[] => registry.names(),
  register: (item) => registry.register(item),
  deserialize: (own: SerializedItem | string): Constraint => registry.deserialize(own),
  /** What an option means; null for none. */
  resolve(identifier: ConstraintIdentifier | null | undefined): ((weight: Tensor) => Tensor) | null {
    if (identifier === null || identifier === undefined) return null;
    if (typeof identifier === "function") return identifier;
    return registry.deserialize(identifier);
  },
};
