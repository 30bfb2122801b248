// What the layers that repeat rows and columns share, channels last.

import { requireOneOf } from "../../../graph/errors.js";
import type { LayerOptions } from "../../../graph/layer.js";
import type { Tensor } from "../../../graph/tensor.js";
import { repeat } from "../../ops/index.js";
import { CatalogLayer } from "./catalogLayer.js";
import { type ChannelOptions, perDimension, requireChannelsLast } from "./checks.js";
import { type Interpolation, interpolations, resized } from "./resize.js";

/** Base of up-sampling. */
export abstract class UpSampling extends CatalogLayer {
  static override readonly settings: readonly string[] = ["size", "data_format", "interpolation"];
  readonly size: number | readonly number[];
  readonly dataFormat = "channels_last";
  readonly interpolation: Interpolation;
  private readonly times: readonly number[];

  constructor(
    rank: number,
    options: LayerOptions &
      ChannelOptions & {
        readonly size?: number | readonly number[] | undefined;
        readonly interpolation?: Interpolation | undefined;
      },
  ) {
    super(options);
    requireChannelsLast(this.describe(), options.dataFormat);
    this.times = perDimension(this, "size", options.size ?? 2, rank);
    this.size = rank === 1 ? (this.times[0] as number) : this.times;
    this.interpolation = options.interpolation ?? "nearest";
    requireOneOf(`${this.describe()}: interpolation`, this.interpolation, rank === 2 ? interpolations : ["nearest"]);
  }

  override call(x: Tensor): Tensor {
    if (this.interpolation === "nearest") return this.times.reduce((own, count, i) => repeat(own, count, i + 1), x);
    const size = this.times.map((count, i) => count * (x.shape[i + 1] as number));
    return resized(x, size as [number, number], this.interpolation);
  }
}
