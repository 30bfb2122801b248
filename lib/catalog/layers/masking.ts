// Masking: steps that consist of one value only are padding.

import { scalar } from "../../graph/call.js";
import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { any, expandDims, notEqual, where } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { bothMasks } from "./base/masks.js";

/** See `masking`. */
export class Masking extends CatalogLayer {
  static override readonly settings: readonly string[] = ["mask_value"];
  override readonly masking = "uses" as const;
  readonly maskValue: number;

  constructor(options: LayerOptions & { readonly maskValue?: number | undefined } = {}) {
    super(options);
    this.maskValue = options.maskValue ?? 0;
  }

  override call(x: Tensor): Tensor {
    const mask = any(notEqual(x, this.maskValue), { axis: -1 });
    return where(expandDims(mask, -1), x, scalar(0, x.dtype)).withMask(bothMasks(x.mask, mask));
  }
}

/**
 * Marks steps whose features all equal `maskValue` (0) as padding, for the layers that follow. [batch, steps, features] stays.
 * Source: https://keras.io/api/layers/core_layers/masking/
 *
 * @example
 * const y = masking({ maskValue: -1 })(input([10, 4]));
 */
export const masking = (options: LayerOptions & { readonly maskValue?: number } = {}): Masking => new Masking(options);
