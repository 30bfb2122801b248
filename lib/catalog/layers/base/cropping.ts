// What the layers that cut off the edges of their input share, channels last.

import type { LayerOptions } from "../../../graph/layer.js";
import type { Tensor } from "../../../graph/tensor.js";
import { sliceAxis } from "../../ops/index.js";
import { CatalogLayer } from "./catalogLayer.js";
import { type ChannelOptions, requireChannelsLast } from "./checks.js";
import { type Edges, type Pair, pairs } from "./edges.js";

/** Base of cropping. */
export abstract class Cropping extends CatalogLayer {
  static override readonly settings: readonly string[] = ["cropping", "data_format"];
  readonly cropping: readonly (Pair | number)[];
  readonly dataFormat = "channels_last";
  private readonly widths: readonly Pair[];

  constructor(rank: number, options: LayerOptions & ChannelOptions & { readonly cropping?: Edges | undefined }) {
    super(options);
    requireChannelsLast(this.describe(), options.dataFormat);
    this.widths = pairs(this.describe(), options.cropping ?? (rank === 1 ? 1 : 0), rank);
    this.cropping = rank === 1 ? (this.widths[0] as Pair) : this.widths;
  }

  override call(x: Tensor): Tensor {
    return this.widths.reduce(
      (own, [low, high], i) => sliceAxis(own, i + 1, low, (own.shape[i + 1] as number) - high),
      x,
    );
  }
}
