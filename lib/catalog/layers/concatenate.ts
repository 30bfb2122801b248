// Concatenate: tensors end to end.

import { scalar } from "../../graph/call.js";
import { ShapeError, ValueError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import { normalizeAxis, type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { any, broadcastTo, cast, expandDims, concatenate as join } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** Options of `concatenate`. */
export interface ConcatenateOptions extends LayerOptions {
  /** Default -1: the last. */
  readonly axis?: number | undefined;
}

/** See `concatenate`. */
export class Concatenate extends CatalogLayer {
  static override readonly settings: readonly string[] = ["axis"];
  override readonly masking = "uses" as const;
  readonly axis: number;

  constructor(options: ConcatenateOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  override check(shapes: readonly Shape[]): void {
    if (shapes.length < 1) throw new ValueError(`${this.describe()} expects a list of tensors, received none`);
    const [first, ...rest] = shapes as [Shape, ...Shape[]];
    const axis = normalizeAxis(this.axis, first.length);
    const fits = rest.every(
      (shape) =>
        shape.length === first.length &&
        shape.every((size, i) => i === axis || size === first[i] || size === null || first[i] === null),
    );
    if (fits) return;
    throw new ShapeError(
      `${this.describe()} can't join ${shapes.map(showShape).join(" and ")} along axis ${this.axis}`,
      {
        hint: "all sizes but those of the joined axis must agree; flatten() or reshape() first",
      },
    );
  }

  override call(inputs: Tensor[]): Tensor {
    const list = Array.isArray(inputs) ? inputs : [inputs];
    return join(list, { axis: this.axis }).withMask(this.joinMasks(list));
  }

  private joinMasks(inputs: readonly Tensor[]): Tensor | undefined {
    if (!inputs.some((tensor) => tensor.mask)) return undefined;
    const wide = inputs.map((tensor) => {
      const { mask } = tensor;
      const shape = tensor.shape as readonly number[];
      if (!mask) return broadcastTo(scalar(1, "int32"), shape);
      let own = cast(mask, "int32");
      while (own.rank < tensor.rank) own = expandDims(own, -1);
      return broadcastTo(own, shape);
    });
    return any(cast(join(wide, { axis: this.axis }), "bool"), { axis: -1 });
  }
}

/**
 * Joins tensors along an axis (the last unless said): at once when given a list, otherwise as a layer.
 * Raises ShapeError when other sizes differ. Source: https://keras.io/api/layers/merging_layers/concatenate/
 *
 * @example
 * const y = concatenate([input([3]), input([5])]); // [null, 8]
 */
export function concatenate(inputs: readonly Tensor[], options?: ConcatenateOptions): Tensor;
export function concatenate(options?: ConcatenateOptions): Concatenate;
export function concatenate(
  first?: readonly Tensor[] | ConcatenateOptions,
  options: ConcatenateOptions = {},
): Tensor | Concatenate {
  return Array.isArray(first)
    ? new Concatenate(options)(first)
    : new Concatenate(first as ConcatenateOptions | undefined);
}
