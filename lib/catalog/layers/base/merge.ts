// What layers that combine several tensors element by element share.

import { ShapeError, ValueError } from "../../../graph/errors.js";
import type { LayerOptions } from "../../../graph/layer.js";
import { broadcastShapes, type Shape, showShape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { expandDims, logicalOr, where } from "../../ops/index.js";
import { CatalogLayer } from "./catalogLayer.js";

/** Base of the merging layers. */
export abstract class Merge extends CatalogLayer {
  override readonly masking = "uses" as const;

  constructor(options: LayerOptions = {}) {
    super(options);
  }

  override check(shapes: readonly Shape[]): void {
    if (shapes.length < 2) {
      throw new ValueError(`${this.describe()} expects a list of two or more tensors, received ${shapes.length}`);
    }
    const stand = (shape: Shape): number[] => shape.slice(1).map((size) => size ?? 1);
    let joined: number[] | null = stand(shapes[0] as Shape);
    for (const shape of shapes.slice(1)) joined = joined && broadcastShapes(joined, stand(shape));
    if (joined) return;
    throw new ShapeError(`${this.describe()} can't combine ${shapes.map(showShape).join(" and ")}`, {
      hint: "all sizes but the batch must be equal, or 1",
    });
  }

  override call(inputs: Tensor[]): Tensor {
    const rank = Math.max(...inputs.map((tensor) => tensor.rank));
    // Missing axes come after the batch, as in Keras.
    const even = inputs.map((tensor) => {
      let wide = tensor;
      while (wide.rank < rank) wide = expandDims(wide, 1);
      return wide;
    });
    const masks = inputs.map((tensor) => tensor.mask).filter((mask): mask is Tensor => mask !== undefined);
    const mask = masks.length === inputs.length ? masks.reduce((a, b) => logicalOr(a, b)) : undefined;
    return this.merge(even).withMask(mask);
  }

  protected abstract merge(inputs: readonly Tensor[]): Tensor;
}

/** All tensors, combined two at a time from the first on. */
export const fold = (inputs: readonly Tensor[], combine: (a: Tensor, b: Tensor) => Tensor): Tensor =>
  inputs.reduce((a, b) => combine(a, b));

/** The mask of `x` with an axis for each of its own. */
export function wideMask(x: Tensor): Tensor | undefined {
  const widened = (mask: Tensor): Tensor => (mask.rank < x.rank ? widened(expandDims(mask, -1)) : mask);
  return x.mask && widened(x.mask);
}

/** All tensors, combined two at a time; what is masked in one counts in neither of the two. */
export function foldUnmasked(inputs: readonly Tensor[], combine: (a: Tensor, b: Tensor) => Tensor): Tensor {
  let [all] = inputs as [Tensor];
  let seen = wideMask(all);
  all = all.withMask(undefined);
  for (const next of inputs.slice(1)) {
    const mask = wideMask(next);
    const own = next.withMask(undefined);
    const right = mask ? where(mask, own, all) : own;
    const left = seen ? where(seen, all, right) : all;
    all = combine(left, right);
    seen = seen && mask && logicalOr(seen, mask);
  }
  return all;
}

/** Merges a list of tensors at once, or gives the layer that does. */
export interface MergeFactory<L extends Merge> {
  (inputs: readonly Tensor[], options?: LayerOptions): Tensor;
  (options?: LayerOptions): L;
}

/** The two ways of calling a merging layer's maker. */
export const mergeFactory = <L extends Merge>(make: new (options: LayerOptions) => L): MergeFactory<L> =>
  ((first?: readonly Tensor[] | LayerOptions, options?: LayerOptions) =>
    Array.isArray(first)
      ? new make(options ?? {})(first)
      : new make((first as LayerOptions | undefined) ?? {})) as MergeFactory<L>;
