// Flatten: everything but the batch in one axis.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import { reshape } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { type ChannelOptions, requireChannelsLast } from "./base/checks.js";

/** See `flatten`. */
export class Flatten extends CatalogLayer {
  static override readonly settings: readonly string[] = ["data_format"];
  readonly dataFormat = "channels_last";

  constructor(options: LayerOptions & ChannelOptions = {}) {
    super(options);
    requireChannelsLast(this.describe(), options.dataFormat);
  }

  override call(x: Tensor): Tensor {
    return reshape(x, [x.shape[0] as number, -1]);
  }
}

/**
 * Puts all axes but the batch into one: [batch, a, b, …] → [batch, a·b·…]. Source: https://keras.io/api/layers/reshaping_layers/flatten/
 *
 * @example
 * const y = flatten()(input([28, 28, 1])); // [null, 784]
 */
export const flatten = (options: LayerOptions = {}): Flatten => new Flatten(options);
