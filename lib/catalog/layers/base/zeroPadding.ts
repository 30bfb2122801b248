// What the layers that put zeros around their input share, channels last.

import type { LayerOptions } from "../../../graph/layer.js";
import type { Shape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { pad } from "../../ops/index.js";
import { CatalogLayer } from "./catalogLayer.js";
import { type ChannelOptions, requireChannelsLast } from "./checks.js";
import { type Edges, type Pair, pairs } from "./edges.js";

/** Base of zero padding. */
export abstract class ZeroPadding extends CatalogLayer {
  static override readonly settings: readonly string[] = ["padding", "data_format"];
  readonly padding: readonly (Pair | number)[];
  readonly dataFormat = "channels_last";
  private readonly widths: readonly Pair[];

  constructor(rank: number, options: LayerOptions & ChannelOptions & { readonly padding?: Edges | undefined }) {
    super(options);
    requireChannelsLast(this.describe(), options.dataFormat);
    this.widths = pairs(this.describe(), options.padding ?? 1, rank);
    this.padding = rank === 1 ? (this.widths[0] as Pair) : this.widths;
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(shape as Shape, this.widths.length + 2, "[batch, …, channels]");
  }

  override call(x: Tensor): Tensor {
    return pad(x, [[0, 0], ...this.widths, [0, 0]]);
  }
}
