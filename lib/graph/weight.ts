// A weight: a named, shaped variable of a layer or an optimizer. Its numbers live elsewhere and are made on first use.

import type { DType } from "./dtype.js";
import { nextSeed } from "./seed.js";
import { sizeOf } from "./shape.js";
import { record, type Tensor } from "./tensor.js";

/** Rows of a weight: large weights are made and kept in pieces. */
export interface RowRange {
  readonly start: number;
  readonly count: number;
}

/** Makes a fresh weight's numbers: a graph, so that the pool computes it. */
export interface Initializer {
  readonly className: string;
  /** All numbers, row by row, where no ops can say them and making them takes long: made without keeping this thread. */
  numbers?(shape: readonly number[], seed: number): Promise<ArrayLike<number>>;
  /** The values of `rows` (default: all) of a weight of `shape`; the same for any way of cutting it into rows. */
  build(shape: readonly number[], dtype: DType, seed: number, rows?: RowRange): Tensor;
  getConfig(): Record<string, unknown>;
}

/** A plain function as an initializer: a tensor of the weight's shape. */
export type InitializerFunction = (shape: readonly number[], dtype: DType) => Tensor;

/** Maps a weight to a penalty (regularizer, a scalar) or to its allowed nearest (constraint, the same shape). */
export type WeightFunction = (weight: Tensor) => Tensor;

export interface WeightOptions {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype?: DType;
  /** An initializer, the name of one (default "glorot_uniform"), or a function of the shape. */
  readonly initializer?: Initializer | string | InitializerFunction;
  readonly trainable?: boolean;
  readonly regularizer?: WeightFunction | null;
  readonly constraint?: WeightFunction | null;
  /** The weight that this one is always used together with, as an optimizer's slot is: they are kept side by side. */
  readonly beside?: Weight | null;
}

/** Finds initializers by name, and makes them of functions; the catalog plugs it in, since the graph knows none. */
export const identifiers: { initializer: ((identifier: string | InitializerFunction) => Initializer) | null } = {
  initializer: null,
};

function resolve(initializer: Initializer | string | InitializerFunction): Initializer {
  if (typeof initializer !== "string" && typeof initializer !== "function") return initializer;
  if (!identifiers.initializer) throw new Error(`import weft before naming the initializer "${initializer}"`);
  return identifiers.initializer(initializer);
}

/** A variable of a layer: what it is, not what it holds. */
export class Weight {
  /** Name inside of the layer, as Keras calls it ("kernel"). */
  readonly name: string;
  /** "dense/kernel". */
  path: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly initializer: Initializer;
  /** Whether training may change it by gradient, as the layer declared it. */
  readonly trainable: boolean;
  readonly regularizer: WeightFunction | null;
  readonly constraint: WeightFunction | null;
  /** The weight that this one is kept beside; null for one of its own. */
  readonly beside: Weight | null;
  /** How many are kept beside this one. */
  companions = 0;
  /** For its initializer, unless that has one of its own. */
  readonly seed: number = nextSeed();
  /** Its place in graphs. */
  readonly tensor: Tensor;

  constructor(options: WeightOptions) {
    this.name = options.name;
    this.path = options.name;
    this.shape = options.shape;
    this.dtype = options.dtype ?? "float32";
    this.initializer = resolve(options.initializer ?? "glorot_uniform");
    this.trainable = options.trainable ?? true;
    this.regularizer = options.regularizer ?? null;
    this.constraint = options.constraint ?? null;
    this.beside = options.beside ?? null;
    if (this.beside) this.beside.companions++;
    this.tensor = record({ source: { kind: "weight", weight: this }, inputs: [], attrs: null }, [
      { shape: this.shape, dtype: this.dtype },
    ])[0] as Tensor;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  toString(): string {
    return `Weight ${this.path} [${this.shape.join(", ")}] ${this.dtype}`;
  }
}
