// What pooling over windows shares: sizes, steps and edges of the windows, channels last.

import { ValueError } from "../../../graph/errors.js";
import type { LayerOptions } from "../../../graph/layer.js";
import type { Shape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { maxPool } from "../../ops/index.js";
import { CatalogLayer } from "./catalogLayer.js";
import { perDimension, requireChannelsLast } from "./checks.js";

/** Options of pooling over windows. */
export interface PoolingOptions extends LayerOptions {
  /** Steps of the window; by default its size. */
  readonly strides?: number | readonly number[] | null | undefined;
  readonly padding?: "valid" | "same" | undefined;
  readonly dataFormat?: "channels_last" | undefined;
}

/** With the windows' size. */
export type PoolingSettings = PoolingOptions & { readonly poolSize?: number | readonly number[] | undefined };
type Pool = typeof maxPool;
/** The axes of `rank` dimensions, in words. */
export const spatial = (rank: number): string =>
  `[batch, ${["rows", "columns", "depth"].slice(0, rank).join(", ")}, channels]`;

/** Base of pooling over windows. */
export abstract class Pooling extends CatalogLayer {
  static override readonly settings: readonly string[] = ["pool_size", "padding", "strides", "data_format"];
  readonly rank: number;
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: "valid" | "same";
  readonly dataFormat = "channels_last";
  private readonly pool: Pool;

  constructor(rank: number, pool: Pool, options: PoolingSettings) {
    super(options);
    this.rank = rank;
    this.pool = pool;
    this.poolSize = perDimension(this, "poolSize", options.poolSize ?? 2, rank);
    this.strides = perDimension(this, "strides", options.strides ?? this.poolSize, rank);
    this.padding = (options.padding ?? "valid").toLowerCase() as "valid" | "same";
    if (this.padding !== "valid" && this.padding !== "same")
      throw new ValueError(
        `${this.describe()}: padding must be "valid" or "same", received ${JSON.stringify(options.padding)}`,
      );
    requireChannelsLast(this.describe(), options.dataFormat);
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(shape as Shape, this.rank + 2, spatial(this.rank));
  }

  override call(x: Tensor): Tensor {
    return this.pool(x, this.poolSize, { strides: this.strides, padding: this.padding });
  }
}
