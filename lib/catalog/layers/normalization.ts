// Normalization: numbers of data brought to mean 0 and variance 1, by statistics that are given or learned from data beforehand.

import { constant } from "../../graph/call.js";
import { ShapeError, StateError, ValueError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import { normalizeAxis, type Shape, shapesEqual, showShape, sizeOf, stridesOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Weight } from "../../graph/weight.js";
import { weightAccess } from "../../graph/weightAccess.js";
import { filledWith } from "../fill.js";
import { add, broadcastTo, divide, maximum, multiply, reshape, sqrt, subtract } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** A number, or nested lists of them. */
export type Statistic = number | readonly Statistic[];

/** Options of `normalization`. */
export interface NormalizationLayerOptions extends LayerOptions {
  /** The axes with statistics of their own; null for one mean and variance of everything. Default -1. */
  readonly axis?: number | readonly number[] | null | undefined;
  readonly mean?: Statistic | null | undefined;
  readonly variance?: Statistic | null | undefined;
  /** Goes the other way: from mean 0 and variance 1 to those of the data. Default false. */
  readonly invert?: boolean | undefined;
}

const flat = (value: Statistic): number[] => (typeof value === "number" ? [value] : value.flatMap(flat));

const shapeOf = (value: Statistic): number[] =>
  typeof value === "number" ? [] : [value.length, ...(value.length > 0 ? shapeOf(value[0] as Statistic) : [])];

/** See `normalization`. */
export class Normalization extends CatalogLayer {
  static override readonly settings: readonly string[] = ["axis", "invert", "mean", "variance"];
  override readonly masking = "keeps" as const;
  readonly axis: readonly number[];
  readonly mean: Statistic | null;
  readonly variance: Statistic | null;
  readonly invert: boolean;
  private adaptMean: Weight | null = null;
  private adaptVariance: Weight | null = null;
  /** The kept axes of the input, and the sizes along them. */
  private kept: readonly number[] = [];
  private sizes: readonly number[] = [];

  constructor(options: NormalizationLayerOptions = {}) {
    super(options);
    const { axis = -1, mean = null, variance = null } = options;
    this.axis = axis === null ? [] : [axis].flat();
    this.mean = mean;
    this.variance = variance;
    this.invert = options.invert ?? false;
    if ((mean === null) !== (variance === null))
      throw new ValueError(`${this.describe()} needs both mean and variance, or none of them`);
    if (mean === null || variance === null) return;
    const [ofMean, ofVariance] = [shapeOf(mean), shapeOf(variance)];
    if (!shapesEqual(ofMean, ofVariance) || ofMean.length > this.axis.length)
      throw new ShapeError(
        `${this.describe()} expects mean and variance of one shape, with at most ${this.axis.length} axes, received ${showShape(ofMean)} and ${showShape(ofVariance)}`,
      );
  }

  override check([shape]: readonly Shape[]): void {
    const own = shape as Shape;
    const sizes = this.keptAxes(own).map((axis) => own[axis]);
    const fits = sizes.every((size, i) => typeof size === "number" && (!this.built || size === this.sizes[i]));
    if (!fits)
      throw new ShapeError(
        `${this.describe()} expects ${this.built ? showShape(this.sizes) : "known sizes"} along axis ${this.axis.join(", ")}, received ${showShape(own)}`,
      );
  }

  private keptAxes(shape: Shape): number[] {
    return this.axis.map((axis) => normalizeAxis(axis, shape.length)).sort((a, b) => a - b);
  }

  override build([shape]: readonly Shape[]): void {
    this.kept = this.keptAxes(shape as Shape);
    this.sizes = this.kept.map((axis) => (shape as Shape)[axis] as number);
    if (this.mean !== null) return;
    const make = (name: string, first: number): Weight =>
      this.addWeight({ name, shape: this.sizes, initializer: filledWith(first), trainable: false });
    this.adaptMean = make("mean", 0);
    this.adaptVariance = make("variance", 1);
    // Older files of Keras hold it; nothing reads it.
    this.addWeight({ name: "count", shape: [], dtype: "int32", initializer: filledWith(0), trainable: false });
  }

  /**
   * Takes mean and variance from data, in place of those of the last call. Raises StateError when they were given, ShapeError for data
   * that doesn't fit what the layer was built for.
   */
  async adapt(data: unknown): Promise<void> {
    if (this.mean !== null)
      throw new StateError(`${this.describe()} was given its mean and variance`, {
        hint: "leave them out to adapt it",
      });
    const { access } = weightAccess;
    if (!access) throw new Error("import weft before adapting a layer");
    const { shape, data: numbers } = await access.numbers(`data for ${this.describe()}`, data);
    const whole = [null, ...shape.slice(1)];
    this.check([whole]);
    this.ensureBuilt([whole]);
    const { means, variances } = statistics(numbers, shape, this.kept);
    await access.write([this.adaptMean as Weight, this.adaptVariance as Weight], [means, variances]);
  }

  override call(x: Tensor): Tensor {
    const wide = x.shape.map((size, i) => (this.kept.includes(i) ? (size as number) : 1));
    const mean = this.stretched(this.mean ?? this.adaptMean, wide);
    const deviation = maximum(sqrt(this.stretched(this.variance ?? this.adaptVariance, wide)), 1e-7);
    return this.invert ? add(mean, multiply(x, deviation)) : divide(subtract(x, mean), deviation);
  }

  private stretched(value: Statistic | Weight | null, wide: readonly number[]): Tensor {
    if (value === null || (typeof value === "object" && "tensor" in value)) return reshape(value as Weight, wide);
    const shape = shapeOf(value);
    const data = Float32Array.from(flat(value));
    // What is given belongs to the last of the kept axes.
    const places = this.kept.slice(this.kept.length - shape.length);
    const sizes = wide.map((_, axis) => (places.includes(axis) ? (shape[places.indexOf(axis)] as number) : 1));
    return broadcastTo(reshape(constant({ shape, dtype: "float32", data }), sizes), wide);
  }
}

/** Mean and variance over all axes but the kept ones. */
function statistics(
  data: ArrayLike<number>,
  shape: readonly number[],
  kept: readonly number[],
): { means: Float32Array; variances: Float32Array } {
  const strides = stridesOf(shape);
  const sizes = kept.map((axis) => shape[axis] as number);
  const places = stridesOf(sizes);
  const count = sizeOf(sizes);
  const placeOf = (i: number): number =>
    kept.reduce(
      (at, axis, j) =>
        at + (Math.floor(i / (strides[axis] as number)) % (shape[axis] as number)) * (places[j] as number),
      0,
    );
  const means = new Float64Array(count);
  const squares = new Float64Array(count);
  const each = data.length / count;
  const addTo = (sums: Float64Array, place: number, value: number): void => {
    sums[place] = (sums[place] as number) + value / each;
  };
  for (let i = 0; i < data.length; i++) addTo(means, placeOf(i), data[i] as number);
  for (let i = 0; i < data.length; i++)
    addTo(squares, placeOf(i), ((data[i] as number) - (means[placeOf(i)] as number)) ** 2);
  return { means: Float32Array.from(means), variances: Float32Array.from(squares) };
}

/**
 * Brings data to mean 0 and variance 1 along `axis`, by `mean` and `variance` or by those that `await layer.adapt(data)` finds. The shape
 * stays. Source: https://keras.io/api/layers/preprocessing_layers/numerical/normalization/
 *
 * @example
 * const scaled = normalization();
 * await scaled.adapt([[0, 7], [2, 9]]);
 * const y = scaled(input([2])); // [null, 2]
 */
export const normalization = (options: NormalizationLayerOptions = {}): Normalization => new Normalization(options);
