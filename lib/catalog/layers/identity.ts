// Identity: gives what it gets.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** See `identity`. */
export class Identity extends CatalogLayer {
  override readonly masking = "keeps" as const;

  constructor(options: LayerOptions = {}) {
    super(options);
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/**
 * A layer that does nothing.
 *
 * @example
 * const y = identity()(input([8])); // [null, 8]
 */
export const identity = (options: LayerOptions = {}): Identity => new Identity(options);
