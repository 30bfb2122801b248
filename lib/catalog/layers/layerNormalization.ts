// LayerNormalization: each sample's features have mean 0 and variance 1.

import { scalar } from "../../graph/call.js";
import { normalizeAxis, type Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, mean, square, subtract } from "../ops/index.js";
import { AffineNormalization, type NormalizationOptions, normalizationSettings } from "./base/normalization.js";

/** Options of `layerNormalization`. */
export interface LayerNormalizationOptions extends NormalizationOptions {
  /** The axes that are normalized together. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
  /** Divides by the deviation only, without moving the mean to 0, and without beta. Default false. */
  readonly rmsScaling?: boolean | undefined;
}

/** See `layerNormalization`. */
export class LayerNormalization extends AffineNormalization {
  static override readonly settings: readonly string[] = ["axis", "rms_scaling", ...normalizationSettings];
  readonly axis: number | readonly number[];
  readonly rmsScaling: boolean;

  constructor(options: LayerNormalizationOptions = {}) {
    super(options.rmsScaling ? { ...options, center: false, scale: true } : options);
    this.rmsScaling = options.rmsScaling ?? false;
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

  override call(input: Tensor): Tensor {
    const x = cast(input, "float32");
    const axis = this.axesFor(x.rank);
    const wide = x.shape.map((size, i) => (axis.includes(i) ? (size as number) : 1));
    const average = mean(x, { axis, keepdims: true });
    const variance = mean(square(subtract(x, average)), { axis, keepdims: true });
    return this.normalize(x, this.rmsScaling ? scalar(0) : average, variance, wide);
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
