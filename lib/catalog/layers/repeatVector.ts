// RepeatVector: a vector at every step.

import type { LayerOptions } from "../../graph/layer.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { broadcastTo, expandDims } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { requirePositive } from "./base/checks.js";

/** See `repeatVector`. */
export class RepeatVector extends CatalogLayer {
  static override readonly settings: readonly string[] = ["n"];
  readonly n: number;

  constructor(options: LayerOptions & { readonly n: number }) {
    super(options);
    this.n = requirePositive(this, "n", options.n);
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(shape as Shape, 2, "[batch, features]");
  }

  override call(x: Tensor): Tensor {
    return broadcastTo(expandDims(x, 1), [x.shape[0] as number, this.n, x.shape[1] as number]);
  }
}

/**
 * [batch, features] → [batch, n, features]. Source: https://keras.io/api/layers/reshaping_layers/repeat_vector/
 *
 * @example
 * const y = repeatVector(3)(input([32])); // [null, 3, 32]
 */
export const repeatVector = (n: number, options: LayerOptions = {}): RepeatVector =>
  new RepeatVector({ ...options, n });
