// BatchNormalization: each feature has mean 0 and variance 1 over the batch.

import { ValueError } from "../../graph/errors.js";
import type { Mode } from "../../graph/mode.js";
import { normalizeAxis, type Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, Weight } from "../../graph/weight.js";
import { type Config, optionsOf } from "../config.js";
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
  square,
  stopGradient,
  subtract,
  sum,
} from "../ops/index.js";
import type { AnyLayer } from "./base/catalogLayer.js";
import { AffineNormalization, type NormalizationOptions, normalizationSettings } from "./base/normalization.js";

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
export class BatchNormalization extends AffineNormalization {
  static override readonly settings: readonly string[] = [
    "axis",
    "momentum",
    ...normalizationSettings,
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

  static fromConfig(config: Config): AnyLayer {
    if (config["renorm"])
      throw new ValueError(`batchNormalization "${config["name"]}": renorm isn't supported`, {
        hint: "its moving statistics would make other numbers than Keras's",
      });
    return new BatchNormalization(optionsOf(config, ["name", "trainable", ...BatchNormalization.settings]));
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

  override call(input: Tensor, mode: Mode): Tensor {
    const x = cast(input, "float32");
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
