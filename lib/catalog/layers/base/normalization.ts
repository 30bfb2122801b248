// What the layers that bring numbers to mean 0 and variance 1 share: gamma, beta and where they apply.

import type { LayerOptions } from "../../../graph/layer.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { Initializer, Weight, WeightFunction } from "../../../graph/weight.js";
import { type ConstraintIdentifier, constraints } from "../../constraints/index.js";
import { type InitializerIdentifier, initializers } from "../../initializers/index.js";
import { add, multiply, reshape, rsqrt, subtract } from "../../ops/index.js";
import { type RegularizerIdentifier, regularizers } from "../../regularizers/index.js";
import { CatalogLayer } from "./catalogLayer.js";

/** Options of both normalizations. */
export interface NormalizationOptions extends LayerOptions {
  /** Keeps the divisor away from 0. Default 0.001. */
  readonly epsilon?: number | undefined;
  /** Adds a learned beta. Default true. */
  readonly center?: boolean | undefined;
  /** Multiplies by a learned gamma. Default true. */
  readonly scale?: boolean | undefined;
  readonly betaInitializer?: InitializerIdentifier | undefined;
  readonly gammaInitializer?: InitializerIdentifier | undefined;
  readonly betaRegularizer?: RegularizerIdentifier | null | undefined;
  readonly gammaRegularizer?: RegularizerIdentifier | null | undefined;
  readonly betaConstraint?: ConstraintIdentifier | null | undefined;
  readonly gammaConstraint?: ConstraintIdentifier | null | undefined;
}

/** Keras's names of `NormalizationOptions`. */
export const normalizationSettings: readonly string[] = [
  "epsilon",
  "center",
  "scale",
  "beta_initializer",
  "gamma_initializer",
  "beta_regularizer",
  "gamma_regularizer",
  "beta_constraint",
  "gamma_constraint",
];

/** Base of the layers that scale to a variance of 1. */
export abstract class AffineNormalization extends CatalogLayer {
  override readonly masking = "keeps" as const;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly betaInitializer: Initializer;
  readonly gammaInitializer: Initializer;
  readonly betaRegularizer: WeightFunction | null;
  readonly gammaRegularizer: WeightFunction | null;
  readonly betaConstraint: WeightFunction | null;
  readonly gammaConstraint: WeightFunction | null;
  protected gamma: Weight | null = null;
  protected beta: Weight | null = null;

  constructor(options: NormalizationOptions) {
    super(options);
    this.epsilon = options.epsilon ?? 1e-3;
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.betaInitializer = initializers.resolve(options.betaInitializer ?? "zeros");
    this.gammaInitializer = initializers.resolve(options.gammaInitializer ?? "ones");
    this.betaRegularizer = regularizers.resolve(options.betaRegularizer);
    this.gammaRegularizer = regularizers.resolve(options.gammaRegularizer);
    this.betaConstraint = constraints.resolve(options.betaConstraint);
    this.gammaConstraint = constraints.resolve(options.gammaConstraint);
  }

  protected makeAffine(shape: readonly number[]): void {
    if (this.scale) {
      this.gamma = this.addWeight({
        name: "gamma",
        shape,
        initializer: this.gammaInitializer,
        regularizer: this.gammaRegularizer,
        constraint: this.gammaConstraint,
      });
    }
    if (this.center) {
      this.beta = this.addWeight({
        name: "beta",
        shape,
        initializer: this.betaInitializer,
        regularizer: this.betaRegularizer,
        constraint: this.betaConstraint,
      });
    }
  }

  /** (x - mean) / √(variance + ε) · gamma + beta, with the weights stretched to `wide`. */
  protected normalize(x: Tensor, average: Tensor, variance: Tensor, wide: readonly number[]): Tensor {
    let factor = rsqrt(add(variance, this.epsilon));
    if (this.gamma) factor = multiply(factor, reshape(this.gamma, wide));
    const centered = multiply(subtract(x, average), factor);
    return this.beta ? add(centered, reshape(this.beta, wide)) : centered;
  }
}
