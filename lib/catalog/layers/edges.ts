// Layers that add, cut off or repeat rows and columns; and the layer that does nothing.

import { ValueError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { pad, repeat, sliceAxis } from "../ops/index.js";
import { CatalogLayer } from "./base.js";
import { perDimension } from "./checks.js";

type Pair = readonly [number, number];
/** One number for all edges, one per dimension, or a pair per dimension. */
export type Edges = number | readonly (number | Pair)[];

function pairs(layer: string, edges: Edges, rank: number): Pair[] {
  if (typeof edges === "number") return Array.from({ length: rank }, () => [edges, edges] as const);
  if (rank === 1 && edges.length === 2 && typeof edges[0] === "number") return [[edges[0], edges[1] as number]];
  if (edges.length === rank) return edges.map((edge) => (typeof edge === "number" ? [edge, edge] : edge));
  throw new ValueError(`${layer}: expected a number, or ${rank} numbers or pairs, received ${JSON.stringify(edges)}`);
}

abstract class ZeroPadding extends CatalogLayer {
  static override readonly settings: readonly string[] = ["padding", "data_format"];
  readonly padding: readonly (Pair | number)[];
  readonly dataFormat = "channels_last";
  private readonly widths: readonly Pair[];

  constructor(rank: number, options: LayerOptions & { readonly padding?: Edges | undefined }) {
    super(options);
    this.widths = pairs(this.describe(), options.padding ?? 1, rank);
    this.padding = rank === 1 ? (this.widths[0] as Pair) : this.widths;
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(shape as Shape, this.widths.length + 2, "[batch, …, channels]");
  }

  override call(x: Tensor): Tensor {
    return pad(x, [[0, 0], ...this.widths, [0, 0]]);
  }
}

export class ZeroPadding1D extends ZeroPadding {
  constructor(options: LayerOptions & { readonly padding?: Edges } = {}) {
    super(1, options);
  }
}
export class ZeroPadding2D extends ZeroPadding {
  constructor(options: LayerOptions & { readonly padding?: Edges } = {}) {
    super(2, options);
  }
}

abstract class Cropping extends CatalogLayer {
  static override readonly settings: readonly string[] = ["cropping", "data_format"];
  readonly cropping: readonly (Pair | number)[];
  readonly dataFormat = "channels_last";
  private readonly widths: readonly Pair[];

  constructor(rank: number, options: LayerOptions & { readonly cropping?: Edges | undefined }) {
    super(options);
    this.widths = pairs(this.describe(), options.cropping ?? (rank === 1 ? 1 : 0), rank);
    this.cropping = rank === 1 ? (this.widths[0] as Pair) : this.widths;
  }

  override call(x: Tensor): Tensor {
    return this.widths.reduce(
      (own, [low, high], i) => sliceAxis(own, i + 1, low, (own.shape[i + 1] as number) - high),
      x,
    );
  }
}

export class Cropping1D extends Cropping {
  constructor(options: LayerOptions & { readonly cropping?: Edges } = {}) {
    super(1, options);
  }
}
export class Cropping2D extends Cropping {
  constructor(options: LayerOptions & { readonly cropping?: Edges } = {}) {
    super(2, options);
  }
}

abstract class UpSampling extends CatalogLayer {
  static override readonly settings: readonly string[] = ["size", "data_format", "interpolation"];
  readonly size: number | readonly number[];
  readonly dataFormat = "channels_last";
  readonly interpolation: string;
  private readonly times: readonly number[];

  constructor(
    rank: number,
    options: LayerOptions & {
      readonly size?: number | readonly number[] | undefined;
      readonly interpolation?: string | undefined;
    },
  ) {
    super(options);
    this.times = perDimension(this, "size", options.size ?? 2, rank);
    this.size = rank === 1 ? (this.times[0] as number) : this.times;
    this.interpolation = options.interpolation ?? "nearest";
    if (this.interpolation !== "nearest")
      throw new ValueError(
        `${this.describe()}: interpolation ${JSON.stringify(this.interpolation)} isn't supported; "nearest" is`,
      );
  }

  override call(x: Tensor): Tensor {
    return this.times.reduce((own, count, i) => repeat(own, count, i + 1), x);
  }
}

export class UpSampling1D extends UpSampling {
  constructor(options: LayerOptions & { readonly size?: number } = {}) {
    super(1, options);
  }
}
export class UpSampling2D extends UpSampling {
  constructor(
    options: LayerOptions & { readonly size?: number | readonly number[]; readonly interpolation?: string } = {},
  ) {
    super(2, options);
  }
}

/** Gives what it gets. */
export class Identity extends CatalogLayer {
  override readonly masking = "keeps" as const;

  constructor(options: LayerOptions = {}) {
    super(options);
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/** Zeros before and after the steps of [batch, steps, channels]. */
export const zeroPadding1d = (padding: Edges = 1, options: LayerOptions = {}): ZeroPadding1D =>
  new ZeroPadding1D({ ...options, padding });
/** Zeros around [batch, rows, columns, channels]. */
export const zeroPadding2d = (padding: Edges = 1, options: LayerOptions = {}): ZeroPadding2D =>
  new ZeroPadding2D({ ...options, padding });
/** Cuts steps off both ends. */
export const cropping1d = (cropping: Edges = 1, options: LayerOptions = {}): Cropping1D =>
  new Cropping1D({ ...options, cropping });
/** Cuts rows and columns off. */
export const cropping2d = (cropping: Edges = 0, options: LayerOptions = {}): Cropping2D =>
  new Cropping2D({ ...options, cropping });
/** Every step `size` times. */
export const upSampling1d = (size = 2, options: LayerOptions = {}): UpSampling1D =>
  new UpSampling1D({ ...options, size });
/** Every row and column `size` times. */
export const upSampling2d = (size: number | readonly number[] = 2, options: LayerOptions = {}): UpSampling2D =>
  new UpSampling2D({ ...options, size });
/** A layer that does nothing. */
export const identity = (options: LayerOptions = {}): Identity => new Identity(options);
