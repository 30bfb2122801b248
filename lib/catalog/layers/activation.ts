// Activation: a function applied to every element.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { type ActivationIdentifier, type Activation as ActivationItem, activations } from "../activations/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { activationOf } from "./base/kernelLayer.js";

/** See `activation`. */
export class Activation extends CatalogLayer {
  static override readonly settings: readonly string[] = ["activation"];
  override readonly masking = "keeps" as const;
  readonly activation: ActivationItem;

  constructor(options: LayerOptions & { readonly activation: ActivationIdentifier }) {
    super(options);
    this.activation = activations.get(activationOf(options.activation));
  }

  override call(x: Tensor): Tensor {
    return this.activation.apply(x);
  }
}

/**
 * Applies an activation by name ("relu") or a function of a tensor. The shape stays.
 * Source: https://keras.io/api/layers/core_layers/activation/
 *
 * @example
 * const y = activation("relu")(input([8])); // [null, 8]
 */
export const activation = (identifier: ActivationIdentifier, options: LayerOptions = {}): Activation =>
  new Activation({ ...options, activation: identifier });
