// Batch and layer normalization.

import type { LayerOptions } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import { normalizeAxis, type Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, Weight, WeightFunction } from "../../graph/weight.js";
import { type ConstraintIdentifier, constraints } from "../constraints/index.js";
import { type InitializerIdentifier, initializers } from "../initializers/index.js";
import {
  add,
  cast,
  divide,
  expandDims,
  maximum,
  mean,
  multiply,
  reshape,
  rsqrt,
  square,
  stopGradient,
  subtract,
  sum,
} from "../ops/index.js";
import { type RegularizerIdentifier, regularizers } from "../regularizers/index.js";
import { CatalogLayer } from "./base.js";

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

const shared: readonly string[] = [
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

abstract class NormalizationBase extends CatalogLayer {
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

/** Options of `batchNormalization`. */
export interface BatchNormalizationOptions extends NormalizationOptions {
  /** The axis of the features. Default -1. */
  readonly axis?: number | undefined;
  /** How much of the moving statistics stays at each step. Default 0.99. */
  readonly momentum?: number | undefined;
  readonly movingMeanInitializer?: InitializerIdentifier | undefined;
  readonly movingVarianceInitializer?: InitializerIdentifier | undefined;
}

/** See `batchNormalization`. */
export class BatchNormalization extends NormalizationBase {
  static override readonly settings: readonly string[] = [
    "axis",
    "momentum",
    ...shared,
    "moving_mean_initializer",
    "moving_variance_initializer",
  ];
  readonly axis: number;
  readonly momentum: number;
  readonly movingMeanInitializer: Initializer;
  readonly movingVarianceInitializer: Initializer;
  private movingMean!: Weight;
  private movingVariance!: Weight;

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    const { axis } = options as { axis?: number | readonly number[] };
    this.axis = (Array.isArray(axis) ? axis[0] : axis) ?? -1;
    this.momentum = options.momentum ?? 0.99;
    this.movingMeanInitializer = initializers.resolve(options.movingMeanInitializer ?? "zeros");
    this.movingVarianceInitializer = initializers.resolve(options.movingVarianceInitializer ?? "ones");
  }

  override build([shape]: readonly Shape[]): void {
    const size = [(shape as Shape)[normalizeAxis(this.axis, (shape as Shape).length)] as number];
    this.makeAffine(size);
    this.movingMean = this.addWeight({
      name: "moving_mean",
      shape: size,
      initializer: this.movingMeanInitializer,
      trainable: false,
    });
    this.movingVariance = this.addWeight({
      name: "moving_variance",
      shape: size,
      initializer: this.movingVarianceInitializer,
      trainable: false,
    });
  }

  override call(x: Tensor, mode: Mode): Tensor {
    const at = normalizeAxis(this.axis, x.rank);
    const wide = x.shape.map((size, axis) => (axis === at ? (size as number) : 1));
    // A frozen layer doesn't follow the batch either, as in Keras.
    if (!mode.training || !this.trainable)
      return this.normalize(x, reshape(this.movingMean, wide), reshape(this.movingVariance, wide), wide);
    const axis = x.shape.flatMap((_, i) => (i === at ? [] : [i]));
    const [average, variance] = this.moments(x, axis);
    const move = (weight: Weight, batch: Tensor): void => {
      const flat = reshape(stopGradient(batch), weight.shape);
      mode.update(weight, add(multiply(weight, this.momentum), multiply(flat, 1 - this.momentum)));
    };
    move(this.movingMean, average);
    move(this.movingVariance, variance);
    return this.normalize(x, average, variance, wide);
  }

  /** Mean and variance over everything but the features; padding doesn't count. */
  private moments(x: Tensor, axis: readonly number[]): [Tensor, Tensor] {
    if (!x.mask) {
      const average = mean(x, { axis, keepdims: true });
      return [average, mean(square(subtract(x, average)), { axis, keepdims: true })];
    }
    let weights = cast(x.mask, "float32");
    while (weights.rank < x.rank) weights = expandDims(weights, -1);
    const kept = axis.filter((i) => weights.shape[i] !== 1);
    const repeated = axis.filter((i) => weights.shape[i] === 1).reduce((all, i) => all * (x.shape[i] as number), 1);
    const count = maximum(multiply(sum(weights, { axis: kept, keepdims: true }), repeated), 1e-7);
    const average = divide(sum(multiply(x, weights), { axis, keepdims: true }), count);
    return [average, divide(sum(multiply(square(subtract(x, average)), weights), { axis, keepdims: true }), count)];
  }
}

/**
 * Brings each feature to mean 0 and variance 1 over the batch while training, by moving averages otherwise (Ioffe & Szegedy 2015).
 * The shape stays. Source: https://keras.io/api/layers/normalization_layers/batch_normalization/
 *
 * @example
 * const y = batchNormalization()(input([28, 28, 16]));
 */
export const batchNormalization = (options: BatchNormalizationOptions = {}): BatchNormalization =>
  new BatchNormalization(options);

/** Options of `layerNormalization`. */
export interface LayerNormalizationOptions extends NormalizationOptions {
  /** The axes that are normalized together. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
}

/** See `layerNormalization`. */
export class LayerNormalization extends NormalizationBase {
  static override readonly settings: readonly string[] = ["axis", ...shared];
  readonly axis: number | readonly number[];

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  private axesFor(rank: number): number[] {
    return [this.axis]
      .flat()
      .map((axis) => normalizeAxis(axis as number, rank))
      .sort((a, b) => a - b);
  }

  override build([shape]: readonly Shape[]): void {
    this.makeAffine(this.axesFor((shape as Shape).length).map((axis) => (shape as Shape)[axis] as number));
  }

  override call(x: Tensor): Tensor {
    const axis = this.axesFor(x.rank);
    const wide = x.shape.map((size, i) => (axis.includes(i) ? (size as number) : 1));
    const average = mean(x, { axis, keepdims: true });
    return this.normalize(x, average, mean(square(subtract(x, average)), { axis, keepdims: true }), wide);
  }
}

/**
 * Brings each sample's features to mean 0 and variance 1 (Ba et al. 2016). The shape stays.
 * Source: https://keras.io/api/layers/normalization_layers/layer_normalization/
 *
 * @example
 * const y = layerNormalization()(input([10, 64]));
 */
export const layerNormalization = (options: LayerNormalizationOptions = {}): LayerNormalization =>
  new LayerNormalization(options);
