// Rescaling: x · scale + offset, for inputs.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { add, multiply } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** See `rescaling`. */
export class Rescaling extends CatalogLayer {
  static override readonly settings: readonly string[] = ["scale", "offset"];
  override readonly masking = "keeps" as const;
  readonly scale: number;
  readonly offset: number;

  constructor(options: LayerOptions & { readonly scale: number; readonly offset?: number | undefined }) {
    super(options);
    this.scale = options.scale;
    this.offset = options.offset ?? 0;
  }

  override call(x: Tensor): Tensor {
    return add(multiply(x, this.scale), this.offset);
  }
}

/**
 * x · scale + offset. Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/
 *
 * @example
 * const y = rescaling(1 / 255)(input([28, 28, 1]));
 */
export const rescaling = (scale: number, options: LayerOptions & { readonly offset?: number } = {}): Rescaling =>
  new Rescaling({ ...options, scale });
