// Permute: axes in another order.

import { requireList, ShapeError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import { type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { transpose } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** See `permute`. */
export class Permute extends CatalogLayer {
  static override readonly settings: readonly string[] = ["dims"];
  readonly dims: readonly number[];

  constructor(options: LayerOptions & { readonly dims: readonly number[] }) {
    super(options);
    this.dims = requireList(`${this.describe()}: dims`, options.dims);
  }

  override check([shape]: readonly Shape[]): void {
    const rank = (shape as Shape).length - 1;
    const sorted = [...this.dims].sort((a, b) => a - b);
    if (sorted.length === rank && sorted.every((axis, i) => axis === i + 1)) return;
    throw new ShapeError(`${this.describe()} got dims [${this.dims.join(", ")}] for ${showShape(shape as Shape)}`, {
      hint: `name each of the axes 1 to ${rank} once; the batch (axis 0) stays`,
    });
  }

  override call(x: Tensor): Tensor {
    return transpose(x, [0, ...this.dims]);
  }
}

/**
 * Axes in another order, counted from 1 (the batch stays). Source: https://keras.io/api/layers/reshaping_layers/permute/
 *
 * @example
 * const y = permute([2, 1])(input([10, 64])); // [null, 64, 10]
 */
export const permute = (dims: readonly number[], options: LayerOptions = {}): Permute =>
  new Permute({ ...options, dims });
