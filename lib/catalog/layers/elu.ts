// ELU: what is below 0 nears a bound.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { activations } from "../activations/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** See `elu`. */
export class ELU extends CatalogLayer {
  static override readonly settings: readonly string[] = ["alpha"];
  override readonly masking = "keeps" as const;
  readonly alpha: number;

  constructor(options: LayerOptions & { readonly alpha?: number | undefined } = {}) {
    super(options);
    this.alpha = options.alpha ?? 1;
  }

  override call(x: Tensor): Tensor {
    return activations.deserialize({ class_name: "elu", config: { alpha: this.alpha } }).apply(x);
  }
}

/**
 * x, or alpha · (eˣ - 1) where x < 0. Source: https://keras.io/api/layers/activation_layers/elu/
 *
 * @example
 * const y = elu({ alpha: 0.5 })(input([8])); // [null, 8]
 */
export const elu = (options: LayerOptions & { readonly alpha?: number } = {}): ELU => new ELU(options);
