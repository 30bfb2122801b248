// RMSNormalization: features divided by the root of their mean square.

import { ShapeError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import { normalizeAxis, type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { filledWith } from "../fill.js";
import { add, mean, multiply, reshape, rsqrt, square } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** Options of `rmsNormalization`. */
export interface RMSNormalizationOptions extends LayerOptions {
  /** The axes that are normalized together. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
  /** Keeps the divisor away from 0. Default 1e-6. */
  readonly epsilon?: number | undefined;
}

/** See `rmsNormalization`. */
export class RMSNormalization extends CatalogLayer {
  static override readonly settings: readonly string[] = ["axis", "epsilon"];
  readonly axis: number | readonly number[];
  readonly epsilon: number;
  private scale!: Weight;
  private rank = 0;

  constructor(options: RMSNormalizationOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    this.epsilon = options.epsilon ?? 1e-6;
  }

  private axesFor(rank: number): number[] {
    return [this.axis]
      .flat()
      .map((axis) => normalizeAxis(axis as number, rank))
      .sort((a, b) => a - b);
  }

  override check([shape]: readonly Shape[]): void {
    const own = shape as Shape;
    const sizes = this.axesFor(own.length).map((axis) => own[axis]);
    const fits = sizes.every((size, i) => typeof size === "number" && (!this.built || size === this.scale.shape[i]));
    if (!fits)
      throw new ShapeError(
        `${this.describe()} expects ${this.built ? showShape(this.scale.shape) : "known sizes"} along axis ${this.axis}, received ${showShape(own)}`,
      );
  }

  override build([shape]: readonly Shape[]): void {
    this.rank = (shape as Shape).length;
    const sizes = this.axesFor(this.rank).map((axis) => (shape as Shape)[axis] as number);
    this.scale = this.addWeight({ name: "scale", shape: sizes, initializer: filledWith(1) });
  }

  /** Several axes are counted from the front once that is known: Keras sorts them as they are written. */
  override getConfig(): Record<string, unknown> {
    const axis = this.built && Array.isArray(this.axis) ? this.axesFor(this.rank) : this.axis;
    return { ...super.getConfig(), axis };
  }

  override call(x: Tensor): Tensor {
    const axis = this.axesFor(x.rank);
    const wide = x.shape.map((size, i) => (axis.includes(i) ? (size as number) : 1));
    const factor = rsqrt(add(mean(square(x), { axis, keepdims: true }), this.epsilon));
    return multiply(multiply(x, factor), reshape(this.scale, wide));
  }
}

/**
 * Divides each sample's features by the root of their mean square, times a learned scale (Zhang & Sennrich 2019). The shape stays.
 * Source: https://keras.io/api/layers/normalization_layers/rms_normalization/
 *
 * @example
 * const y = rmsNormalization()(input([10, 64])); // [null, 10, 64]
 */
export const rmsNormalization = (options: RMSNormalizationOptions = {}): RMSNormalization =>
  new RMSNormalization(options);
