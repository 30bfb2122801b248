// Dot: products of two tensors' vectors.

import { ShapeError, ValueError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import { normalizeAxis, type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { divide, expandDims, maximum, dot as product, sqrt, square, sum } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** Options of `dot`. */
export interface DotOptions extends LayerOptions {
  /** Brings the vectors to length 1 first: the result is their cosine. Default false. */
  readonly normalize?: boolean | undefined;
}

/** See `dot`. */
export class Dot extends CatalogLayer {
  static override readonly settings: readonly string[] = ["axes", "normalize"];
  readonly axes: number | readonly number[];
  readonly normalize: boolean;

  constructor(options: DotOptions & { readonly axes: number | readonly number[] }) {
    super(options);
    this.axes = options.axes;
    this.normalize = options.normalize ?? false;
  }

  override check(shapes: readonly Shape[]): void {
    if (shapes.length !== 2) throw new ValueError(`${this.describe()} expects two tensors, received ${shapes.length}`);
    const [a, b] = shapes as [Shape, Shape];
    const [axisA, axisB] = this.axesFor(a.length, b.length);
    if (a[axisA] !== b[axisB]) {
      throw new ShapeError(
        `${this.describe()} expects equal sizes of axis ${axisA} of ${showShape(a)} and axis ${axisB} of ${showShape(b)}`,
      );
    }
  }

  private axesFor(rankA: number, rankB: number): [number, number] {
    const [a, b] = typeof this.axes === "number" ? [this.axes, this.axes] : (this.axes as readonly [number, number]);
    return [normalizeAxis(a, rankA), normalizeAxis(b, rankB)];
  }

  override call(inputs: Tensor[]): Tensor {
    const [a, b] = inputs as [Tensor, Tensor];
    const [axisA, axisB] = this.axesFor(a.rank, b.rank);
    const unit = (x: Tensor, axis: number): Tensor =>
      this.normalize ? divide(x, sqrt(maximum(sum(square(x), { axis, keepdims: true }), 1e-12))) : x;
    const made = product(unit(a, axisA), unit(b, axisB), {
      batchA: [0],
      batchB: [0],
      contractA: [axisA],
      contractB: [axisB],
    });
    return made.rank === 1 ? expandDims(made, 1) : made;
  }
}

/**
 * Sums products over an axis of each of two tensors, sample by sample. `axes`: one for both, or one for each.
 * Source: https://keras.io/api/layers/merging_layers/dot/
 *
 * @example
 * const y = dot(1)([input([8]), input([8])]); // [null, 1]
 */
export const dot = (axes: number | readonly number[], options: DotOptions = {}): Dot => new Dot({ ...options, axes });
