// Pooling layers: the maximum or mean of windows, or of everything, channels last.

import { ValueError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { averagePool, cast, divide, expandDims, max, maximum, maxPool, mean, multiply, sum } from "../ops/index.js";
import { CatalogLayer } from "./base.js";
import { perDimension } from "./checks.js";
import { requireChannelsLast } from "./conv.js";

/** Options of pooling over windows. */
export interface PoolingOptions extends LayerOptions {
  /** Steps of the window; by default its size. */
  readonly strides?: number | readonly number[] | null | undefined;
  readonly padding?: "valid" | "same" | undefined;
  readonly dataFormat?: "channels_last" | undefined;
}

type Full = PoolingOptions & { readonly poolSize?: number | readonly number[] | undefined };
type Pool = typeof maxPool;
const spatial = (rank: number): string =>
  `[batch, ${["rows", "columns", "depth"].slice(0, rank).join(", ")}, channels]`;

abstract class Pooling extends CatalogLayer {
  static override readonly settings: readonly string[] = ["pool_size", "padding", "strides", "data_format"];
  readonly rank: number;
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: "valid" | "same";
  readonly dataFormat = "channels_last";
  private readonly pool: Pool;

  constructor(rank: number, pool: Pool, options: Full) {
    super(options);
    this.rank = rank;
    this.pool = pool;
    this.poolSize = perDimension(this, "poolSize", options.poolSize ?? 2, rank);
    this.strides = perDimension(this, "strides", options.strides ?? this.poolSize, rank);
    this.padding = options.padding ?? "valid";
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

export class MaxPooling1D extends Pooling {
  constructor(options: Full = {}) {
    super(1, maxPool, options);
  }
}
export class MaxPooling2D extends Pooling {
  constructor(options: Full = {}) {
    super(2, maxPool, options);
  }
}
export class MaxPooling3D extends Pooling {
  constructor(options: Full = {}) {
    super(3, maxPool, options);
  }
}
export class AveragePooling1D extends Pooling {
  constructor(options: Full = {}) {
    super(1, averagePool, options);
  }
}
export class AveragePooling2D extends Pooling {
  constructor(options: Full = {}) {
    super(2, averagePool, options);
  }
}
export class AveragePooling3D extends Pooling {
  constructor(options: Full = {}) {
    super(3, averagePool, options);
  }
}

type Factory<L> = (poolSize?: number | readonly number[], options?: PoolingOptions) => L;
/** Maximum of windows of [batch, steps, channels]. Source: https://keras.io/api/layers/pooling_layers/max_pooling1d/ */
export const maxPooling1d: Factory<MaxPooling1D> = (poolSize, options = {}) =>
  new MaxPooling1D({ ...options, poolSize });
/**
 * Maximum of windows of [batch, rows, columns, channels]. Source: https://keras.io/api/layers/pooling_layers/max_pooling2d/
 *
 * @example
 * const y = maxPooling2d(2)(input([26, 26, 32])); // [null, 13, 13, 32]
 */
export const maxPooling2d: Factory<MaxPooling2D> = (poolSize, options = {}) =>
  new MaxPooling2D({ ...options, poolSize });
/** Maximum of windows of [batch, rows, columns, depth, channels]. Source: https://keras.io/api/layers/pooling_layers/max_pooling3d/ */
export const maxPooling3d: Factory<MaxPooling3D> = (poolSize, options = {}) =>
  new MaxPooling3D({ ...options, poolSize });
/** Mean of windows of [batch, steps, channels]. Source: https://keras.io/api/layers/pooling_layers/average_pooling1d/ */
export const averagePooling1d: Factory<AveragePooling1D> = (poolSize, options = {}) =>
  new AveragePooling1D({ ...options, poolSize });
/** Mean of windows of [batch, rows, columns, channels]. Source: https://keras.io/api/layers/pooling_layers/average_pooling2d/ */
export const averagePooling2d: Factory<AveragePooling2D> = (poolSize, options = {}) =>
  new AveragePooling2D({ ...options, poolSize });
/** Mean of windows of [batch, rows, columns, depth, channels]. Source: https://keras.io/api/layers/pooling_layers/average_pooling3d/ */
export const averagePooling3d: Factory<AveragePooling3D> = (poolSize, options = {}) =>
  new AveragePooling3D({ ...options, poolSize });

/** Options of pooling over everything. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Keeps the pooled axes with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
  readonly dataFormat?: "channels_last" | undefined;
}

abstract class GlobalPooling extends CatalogLayer {
  static override readonly settings: readonly string[] = ["data_format", "keepdims"];
  readonly rank: number;
  readonly keepdims: boolean;
  readonly dataFormat = "channels_last";

  constructor(rank: number, options: GlobalPoolingOptions) {
    super(options);
    this.rank = rank;
    this.keepdims = options.keepdims ?? false;
    requireChannelsLast(this.describe(), options.dataFormat);
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(shape as Shape, this.rank + 2, spatial(this.rank));
  }

  protected get axis(): number[] {
    return Array.from({ length: this.rank }, (_, i) => i + 1);
  }
}

abstract class GlobalMax extends GlobalPooling {
  override call(x: Tensor): Tensor {
    return max(x, { axis: this.axis, keepdims: this.keepdims });
  }
}

abstract class GlobalAverage extends GlobalPooling {
  override call(x: Tensor): Tensor {
    return mean(x, { axis: this.axis, keepdims: this.keepdims });
  }
}

export class GlobalMaxPooling1D extends GlobalMax {
  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options);
  }
}
export class GlobalMaxPooling2D extends GlobalMax {
  constructor(options: GlobalPoolingOptions = {}) {
    super(2, options);
  }
}
export class GlobalMaxPooling3D extends GlobalMax {
  constructor(options: GlobalPoolingOptions = {}) {
    super(3, options);
  }
}
export class GlobalAveragePooling1D extends GlobalAverage {
  override readonly masking = "uses" as const;

  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options);
  }

  override call(x: Tensor): Tensor {
    if (!x.mask) return super.call(x);
    const weights = cast(expandDims(x.mask, -1), "float32");
    const axis = [1];
    const total = sum(multiply(x, weights), { axis, keepdims: this.keepdims });
    return divide(total, maximum(sum(weights, { axis, keepdims: this.keepdims }), 1e-12));
  }
}
export class GlobalAveragePooling2D extends GlobalAverage {
  constructor(options: GlobalPoolingOptions = {}) {
    super(2, options);
  }
}
export class GlobalAveragePooling3D extends GlobalAverage {
  constructor(options: GlobalPoolingOptions = {}) {
    super(3, options);
  }
}

type GlobalFactory<L> = (options?: GlobalPoolingOptions) => L;
/** Maximum over all steps: [batch, steps, channels] → [batch, channels]. */
export const globalMaxPooling1d: GlobalFactory<GlobalMaxPooling1D> = (options = {}) => new GlobalMaxPooling1D(options);
/** Maximum over rows and columns: [batch, rows, columns, channels] → [batch, channels]. */
export const globalMaxPooling2d: GlobalFactory<GlobalMaxPooling2D> = (options = {}) => new GlobalMaxPooling2D(options);
/** Maximum over all three dimensions. */
export const globalMaxPooling3d: GlobalFactory<GlobalMaxPooling3D> = (options = {}) => new GlobalMaxPooling3D(options);
/** Mean over all steps; padding doesn't count: [batch, steps, channels] → [batch, channels]. */
export const globalAveragePooling1d: GlobalFactory<GlobalAveragePooling1D> = (options = {}) =>
  new GlobalAveragePooling1D(options);
/** Mean over rows and columns: [batch, rows, columns, channels] → [batch, channels]. */
export const globalAveragePooling2d: GlobalFactory<GlobalAveragePooling2D> = (options = {}) =>
  new GlobalAveragePooling2D(options);
/** Mean over all three dimensions. */
export const globalAveragePooling3d: GlobalFactory<GlobalAveragePooling3D> = (options = {}) =>
  new GlobalAveragePooling3D(options);
