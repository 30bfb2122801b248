// LeakyReLU: what is below 0 is damped.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { activations } from "../activations/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** See `leakyReLU`. */
export class LeakyReLU extends CatalogLayer {
  static override readonly settings: readonly string[] = ["negative_slope"];
  override readonly masking = "keeps" as const;
  readonly negativeSlope: number;

  constructor(options: LayerOptions & { readonly negativeSlope?: number | undefined } = {}) {
    super(options);
    this.negativeSlope = options.negativeSlope ?? 0.3;
  }

  override call(x: Tensor): Tensor {
    return activations
      .deserialize({ class_name: "leaky_relu", config: { negative_slope: this.negativeSlope } })
      .apply(x);
  }
}

/**
 * x, or x · negativeSlope where x < 0. Source: https://keras.io/api/layers/activation_layers/leaky_relu/
 *
 * @example
 * const y = leakyReLU({ negativeSlope: 0.1 })(input([8])); // [null, 8]
 */
export const leakyReLU = (options: LayerOptions & { readonly negativeSlope?: number } = {}): LeakyReLU =>
  new LeakyReLU(options);
