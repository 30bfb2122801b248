// Discretization: numbers as the bins they fall into.

import { constant } from "../../graph/call.js";
import { requireOneOf, ValueError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, expandDims, greaterEqual, sum } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { type EncodingMode, encoded } from "./base/encoding.js";

/** Options of `discretization`. */
export interface DiscretizationOptions extends LayerOptions {
  /** "int" (default): the number of the bin. Otherwise as of `categoryEncoding`. */
  readonly outputMode?: "int" | EncodingMode | undefined;
}

/** See `discretization`. */
export class Discretization extends CatalogLayer {
  static override readonly settings: readonly string[] = ["bin_boundaries", "output_mode"];
  readonly binBoundaries: readonly number[];
  readonly outputMode: "int" | EncodingMode;

  constructor(options: DiscretizationOptions & { readonly binBoundaries: readonly number[] }) {
    super(options);
    this.binBoundaries = options.binBoundaries;
    this.outputMode = options.outputMode ?? "int";
    requireOneOf(`${this.describe()}: outputMode`, this.outputMode, ["int", "one_hot", "multi_hot", "count"]);
    const rises =
      Array.isArray(this.binBoundaries) &&
      this.binBoundaries.length > 0 &&
      this.binBoundaries.every(
        (bound, i, all) => typeof bound === "number" && !(bound <= (all[i - 1] ?? Number.NEGATIVE_INFINITY)),
      );
    if (!rises)
      throw new ValueError(
        `${this.describe()}: binBoundaries must be numbers in rising order, received ${JSON.stringify(options.binBoundaries)}`,
      );
  }

  /** Keras's layer doesn't take `trainable`. */
  override getConfig(): Record<string, unknown> {
    const { trainable: _, ...config } = super.getConfig();
    return config;
  }

  override call(x: Tensor): Tensor {
    const bounds = constant({
      shape: [this.binBoundaries.length],
      dtype: "float32",
      data: Float32Array.from(this.binBoundaries),
    });
    const bins = sum(cast(greaterEqual(expandDims(x, -1), bounds), "int32"), { axis: -1 });
    return this.outputMode === "int" ? bins : encoded(bins, this.outputMode, this.binBoundaries.length + 1);
  }
}

/**
 * The bin that each number falls into: 0 below the first of the boundaries, 1 from it on, and so on; whole numbers, or their encoding.
 * Raises ValueError for boundaries that don't rise.
 * Source: https://keras.io/api/layers/preprocessing_layers/numerical/discretization/
 *
 * @example
 * const y = discretization([-1, 0, 1.5])(input([4])); // [null, 4]
 */
export const discretization = (binBoundaries: readonly number[], options: DiscretizationOptions = {}): Discretization =>
  new Discretization({ ...options, binBoundaries });
