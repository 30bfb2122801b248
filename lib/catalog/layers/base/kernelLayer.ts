// Layers with a kernel, a bias and an activation: their options, weights and last steps.

import type { LayerOptions } from "../../../graph/layer.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { Initializer, Weight, WeightFunction } from "../../../graph/weight.js";
import { type Activation, type ActivationIdentifier, activations } from "../../activations/index.js";
import { type ConstraintIdentifier, constraints } from "../../constraints/index.js";
import { type InitializerIdentifier, initializers } from "../../initializers/index.js";
import { add } from "../../ops/index.js";
import { type RegularizerIdentifier, regularizers } from "../../regularizers/index.js";
import { CatalogLayer } from "./catalogLayer.js";

/** Options of layers with a kernel and a bias. */
export interface KernelOptions extends LayerOptions {
  readonly activation?: ActivationIdentifier | undefined;
  /** Adds a learned number to every output. Default true. */
  readonly useBias?: boolean | undefined;
  /** Default "glorot_uniform". */
  readonly kernelInitializer?: InitializerIdentifier | undefined;
  /** Default "zeros". */
  readonly biasInitializer?: InitializerIdentifier | undefined;
  readonly kernelRegularizer?: RegularizerIdentifier | null | undefined;
  readonly biasRegularizer?: RegularizerIdentifier | null | undefined;
  /** What outputs add to the loss, divided by the number of samples. */
  readonly activityRegularizer?: RegularizerIdentifier | null | undefined;
  readonly kernelConstraint?: ConstraintIdentifier | null | undefined;
  readonly biasConstraint?: ConstraintIdentifier | null | undefined;
}

/** Keras's names of `KernelOptions`. */
export const kernelSettings: readonly string[] = [
  "activation",
  "use_bias",
  "kernel_initializer",
  "bias_initializer",
  "kernel_regularizer",
  "bias_regularizer",
  "activity_regularizer",
  "kernel_constraint",
  "bias_constraint",
];

/** A layer with a kernel, a bias and an activation. */
export abstract class KernelLayer extends CatalogLayer {
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer: WeightFunction | null;
  readonly biasRegularizer: WeightFunction | null;
  override readonly activityRegularizer: WeightFunction | null;
  readonly kernelConstraint: WeightFunction | null;
  readonly biasConstraint: WeightFunction | null;
  protected kernel!: Weight;
  protected bias: Weight | null = null;

  constructor(options: KernelOptions) {
    super(options);
    this.activation = activations.get(activationOf(options.activation));
    this.useBias = options.useBias ?? true;
    this.kernelInitializer = initializers.resolve(options.kernelInitializer ?? "glorot_uniform");
    this.biasInitializer = initializers.resolve(options.biasInitializer ?? "zeros");
    this.kernelRegularizer = regularizers.resolve(options.kernelRegularizer);
    this.biasRegularizer = regularizers.resolve(options.biasRegularizer);
    this.activityRegularizer = regularizers.resolve(options.activityRegularizer);
    this.kernelConstraint = constraints.resolve(options.kernelConstraint);
    this.biasConstraint = constraints.resolve(options.biasConstraint);
  }

  /** Makes the two weights. */
  protected makeWeights(kernel: readonly number[], units: number): void {
    this.makeKernel(kernel);
    this.makeBias([units]);
  }

  protected makeKernel(
    shape: readonly number[],
    name = "kernel",
    initializer: Initializer = this.kernelInitializer,
  ): void {
    const { kernelRegularizer: regularizer, kernelConstraint: constraint } = this;
    this.kernel = this.addWeight({ name, shape, initializer, regularizer, constraint });
  }

  protected makeBias(shape: readonly number[]): void {
    if (!this.useBias) return;
    const { biasInitializer: initializer, biasRegularizer: regularizer, biasConstraint: constraint } = this;
    this.bias = this.addWeight({ name: "bias", shape, initializer, regularizer, constraint });
  }

  /** Bias and activation. */
  protected finish(product: Tensor): Tensor {
    return this.activation.apply(this.bias ? add(product, this.bias) : product);
  }
}

/** An activation as files may hold it. */
export function activationOf(value: unknown): ActivationIdentifier | undefined {
  const item = value as { class_name?: unknown } | null | undefined;
  return item && typeof item === "object" && typeof item.class_name === "string"
    ? activations.deserialize(item as never)
    : (value as ActivationIdentifier | undefined);
}
