// Layers that combine several tensors element by element.

import { ShapeError, ValueError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import { broadcastShapes, type Shape, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import {
  divide,
  expandDims,
  maximum as larger,
  logicalOr,
  subtract as minus,
  add as plus,
  minimum as smaller,
  multiply as times,
} from "../ops/index.js";
import { CatalogLayer } from "./base.js";

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

const fold = (inputs: readonly Tensor[], combine: (a: Tensor, b: Tensor) => Tensor): Tensor =>
  inputs.reduce((a, b) => combine(a, b));

export class Add extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, plus);
  }
}

export class Multiply extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, times);
  }
}

export class Average extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return divide(fold(inputs, plus), inputs.length);
  }
}

export class Maximum extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, larger);
  }
}

export class Minimum extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return fold(inputs, smaller);
  }
}

export class Subtract extends Merge {
  override check(shapes: readonly Shape[]): void {
    super.check(shapes);
    if (shapes.length !== 2) throw new ValueError(`${this.describe()} expects two tensors, received ${shapes.length}`);
  }

  protected override merge([a, b]: readonly Tensor[]): Tensor {
    return minus(a as Tensor, b as Tensor);
  }
}

/** Merges a list of tensors at once, or gives the layer that does. */
export interface MergeFactory<L extends Merge> {
  (inputs: readonly Tensor[], options?: LayerOptions): Tensor;
  (options?: LayerOptions): L;
}

const factory = <L extends Merge>(make: new (options: LayerOptions) => L): MergeFactory<L> =>
  ((first?: readonly Tensor[] | LayerOptions, options?: LayerOptions) =>
    Array.isArray(first)
      ? new make(options ?? {})(first)
      : new make((first as LayerOptions | undefined) ?? {})) as MergeFactory<L>;

/**
 * The sum of tensors. Source: https://keras.io/api/layers/merging_layers/add/
 *
 * @example
 * const y = add([input([4]), input([4])]); // [null, 4]
 */
export const add: MergeFactory<Add> = factory(Add);
/** The product of tensors. Source: https://keras.io/api/layers/merging_layers/multiply/ */
export const multiply: MergeFactory<Multiply> = factory(Multiply);
/** The first of two tensors less the second. Source: https://keras.io/api/layers/merging_layers/subtract/ */
export const subtract: MergeFactory<Subtract> = factory(Subtract);
/** The mean of tensors. Source: https://keras.io/api/layers/merging_layers/average/ */
export const average: MergeFactory<Average> = factory(Average);
/** The largest of tensors, element by element. Source: https://keras.io/api/layers/merging_layers/maximum/ */
export const maximum: MergeFactory<Maximum> = factory(Maximum);
/** The smallest of tensors, element by element. Source: https://keras.io/api/layers/merging_layers/minimum/ */
export const minimum: MergeFactory<Minimum> = factory(Minimum);
