// Regularizers by Keras's names: what a weight adds to the loss.

import { type ItemClass, Registry, type SerializedItem } from "../../graph/registry.js";
import type { Tensor } from "../../graph/tensor.js";
import {
  absolute,
  add,
  divide,
  iota,
  matmul,
  multiply,
  notEqual,
  sqrt,
  square,
  sum,
  transpose,
  where,
} from "../ops/index.js";

/** A function from a weight to a scalar penalty, with its settings. */
export interface Regularizer {
  (weight: Tensor): Tensor;
  readonly className: string;
  getConfig(): Record<string, unknown>;
}

/** Names of all regularizers. */
export type RegularizerName = "l1" | "l2" | "l1_l2" | "orthogonal_regularizer";
/** What options accept; null for none. */
export type RegularizerIdentifier = RegularizerName | Regularizer | ((weight: Tensor) => Tensor) | SerializedItem;

type Config = Readonly<Record<string, unknown>>;

function make(className: string, config: Record<string, unknown>, apply: (weight: Tensor) => Tensor): Regularizer {
  return Object.assign((weight: Tensor) => apply(weight), { className, getConfig: () => config });
}

const penalty1 = (weight: Tensor, factor: number): Tensor => multiply(sum(absolute(weight)), factor);
const penalty2 = (weight: Tensor, factor: number): Tensor => multiply(sum(square(weight)), factor);

/** factor · Σ |w|. */
export const l1 = (factor = 0.01): Regularizer => make("L1", { l1: factor }, (weight) => penalty1(weight, factor));
/** factor · Σ w². */
export const l2 = (factor = 0.01): Regularizer => make("L2", { l2: factor }, (weight) => penalty2(weight, factor));
/** Both. */
export const l1L2 = (options: { readonly l1?: number; readonly l2?: number } = {}): Regularizer => {
  const { l1: first = 0, l2: second = 0 } = options;
  return make("L1L2", { l1: first, l2: second }, (weight) => add(penalty1(weight, first), penalty2(weight, second)));
};

/** How far the rows (or columns) of a matrix are from being orthogonal to each other. */
export function orthogonalRegularizer(
  options: { readonly factor?: number; readonly mode?: "rows" | "columns" } = {},
): Regularizer {
  const { factor = 0.01, mode = "rows" } = options;
  return make("OrthogonalRegularizer", { factor, mode }, (weight) => {
    const axis = mode === "rows" ? 1 : 0;
    const unit = divide(weight, sqrt(maximumOf(sum(square(weight), { axis, keepdims: true }))));
    const products = mode === "rows" ? matmul(unit, transpose(unit)) : matmul(transpose(unit), unit);
    const count = products.shape[0] as number;
    const shape = [count, count];
    const apart = where(notEqual(iota(shape, 0), iota(shape, 1)), absolute(products), 0);
    const pairs = (count * (count - 1)) / 2;
    return multiply(sum(apart), (factor * 0.5) / pairs);
  });
}

const maximumOf = (x: Tensor): Tensor => add(x, 1e-12);

const item = (
  className: string,
  aliases: readonly string[],
  fromConfig: (config: Config) => Regularizer,
): ItemClass<Regularizer> => ({ className, aliases, fromConfig });
const number = (config: Config, name: string, otherwise: number): number =>
  typeof config[name] === "number" ? (config[name] as number) : otherwise;

const registry = new Registry<Regularizer>("regularizer", [
  item("L1", ["l1"], (config) => l1(number(config, "l1", 0.01))),
  item("L2", ["l2"], (config) => l2(number(config, "l2", 0.01))),
  item("L1L2", ["l1_l2"], (config) => l1L2({ l1: number(config, "l1", 0), l2: number(config, "l2", 0) })),
  item("OrthogonalRegularizer", ["orthogonal_regularizer"], (config) =>
    orthogonalRegularizer({
      factor: number(config, "factor", 0.01),
      mode: config["mode"] === "columns" ? "columns" : "rows",
    }),
  ),
]);

/** Finds regularizers. */
export const regularizers: {
  names(): string[];
  register(item: ItemClass<Regularizer>): void;
  deserialize(item: SerializedItem | string): Regularizer;
  readonly resolve: (identifier: RegularizerIdentifier | null | undefined) => ((weight: Tensor) => Tensor) | null;
} = {
  names: (): string[] => registry.names(),
  register: (item) => registry.register(item),
  deserialize: (own: SerializedItem | string): Regularizer => registry.deserialize(own),
  /** What an option means; null for none. */
  resolve(identifier: RegularizerIdentifier | null | undefined): ((weight: Tensor) => Tensor) | null {
    if (identifier === null || identifier === undefined) return null;
    if (typeof identifier === "function") return identifier;
    return registry.deserialize(identifier);
  },
};
