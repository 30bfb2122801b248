// Reshape: the same numbers under another shape.

import { requireList, ShapeError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import { type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { reshape as reshapeOp } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** See `reshape`. */
export class Reshape extends CatalogLayer {
  static override readonly settings: readonly string[] = ["target_shape"];
  readonly targetShape: readonly number[];

  constructor(options: LayerOptions & { readonly targetShape: readonly number[] }) {
    super(options);
    this.targetShape = requireList(`${this.describe()}: targetShape`, options.targetShape);
  }

  override check([shape]: readonly Shape[]): void {
    const known = (shape as Shape).slice(1);
    if (known.includes(null)) return;
    const size = (known as number[]).reduce((all, own) => all * own, 1);
    const wanted = this.targetShape.reduce((all, own) => (own === -1 ? all : all * own), 1);
    const fits = this.targetShape.includes(-1) ? size % wanted === 0 : size === wanted;
    if (!fits) {
      throw new ShapeError(
        `${this.describe()} can't turn ${showShape(shape as Shape)} (${size} elements each) into [batch, ${this.targetShape.join(", ")}]`,
        {
          hint: "the sizes must multiply to the same number; one of them may be -1",
        },
      );
    }
  }

  override call(x: Tensor): Tensor {
    return reshapeOp(x, [x.shape[0] as number, ...this.targetShape]);
  }
}

/**
 * The same numbers as [batch, ...targetShape]; one size may be -1. Raises ShapeError when the sizes don't agree.
 * Source: https://keras.io/api/layers/reshaping_layers/reshape/
 *
 * @example
 * const y = reshape([7, 4])(input([28])); // [null, 7, 4]
 */
export const reshape = (targetShape: readonly number[], options: LayerOptions = {}): Reshape =>
  new Reshape({ ...options, targetShape });
