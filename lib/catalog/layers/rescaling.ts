// Rescaling: x · scale + offset, for inputs.

import { constant } from "../../graph/call.js";
import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, multiply } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** Options of `rescaling`. */
export interface RescalingOptions extends LayerOptions {
  /** A number, or one for each feature. Default 0. */
  readonly offset?: number | readonly number[] | undefined;
}

/** See `rescaling`. */
export class Rescaling extends CatalogLayer {
  static override readonly settings: readonly string[] = ["scale", "offset"];
  override readonly masking = "keeps" as const;
  readonly scale: number | readonly number[];
  readonly offset: number | readonly number[];

  constructor(options: RescalingOptions & { readonly scale: number | readonly number[] }) {
    super(options);
    this.scale = options.scale;
    this.offset = options.offset ?? 0;
  }

  override call(x: Tensor): Tensor {
    return add(multiply(x, byFeature(this.scale)), byFeature(this.offset));
  }
}

const byFeature = (value: number | readonly number[]): number | Tensor =>
  typeof value === "number"
    ? value
    : constant({ shape: [value.length], dtype: "float32", data: Float32Array.from(value) });

/**
 * x · scale + offset; both may have a number for each feature.
 * Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/
 *
 * @example
 * const y = rescaling(1 / 255)(input([28, 28, 1])); // [null, 28, 28, 1]
 */
export const rescaling = (scale: number | readonly number[], options: RescalingOptions = {}): Rescaling =>
  new Rescaling({ ...options, scale });
