// Activation: a function applied to every element.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import type { WeightFunction } from "../../graph/weight.js";
import { type ActivationIdentifier, type Activation as ActivationItem, activations } from "../activations/index.js";
import { type RegularizerIdentifier, regularizers } from "../regularizers/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { activationOf } from "./base/kernelLayer.js";

/** Options of `activation`. */
export interface ActivationOptions extends LayerOptions {
  /** What outputs add to the loss, divided by the number of samples. */
  readonly activityRegularizer?: RegularizerIdentifier | null | undefined;
}

/** See `activation`. */
export class Activation extends CatalogLayer {
  static override readonly settings: readonly string[] = ["activation", "activity_regularizer"];
  override readonly masking = "keeps" as const;
  readonly activation: ActivationItem;
  override readonly activityRegularizer: WeightFunction | null;

  constructor(options: ActivationOptions & { readonly activation: ActivationIdentifier }) {
    super(options);
    this.activation = activations.get(activationOf(options.activation));
    this.activityRegularizer = regularizers.resolve(options.activityRegularizer);
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
export const activation = (identifier: ActivationIdentifier, options: ActivationOptions = {}): Activation =>
  new Activation({ ...options, activation: identifier });
