// CenterCrop: the middle of images.

import type { LayerOptions } from "../../graph/layer.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { type ChannelOptions, requireChannelsLast, requirePositive } from "./base/checks.js";
import { spatial } from "./base/pooling.js";
import { croppedToRatio, middleOf, resized } from "./base/resize.js";

/** Options of `centerCrop`. */
export interface CenterCropOptions extends LayerOptions, ChannelOptions {}

/** See `centerCrop`. */
export class CenterCrop extends CatalogLayer {
  static override readonly settings: readonly string[] = ["height", "width", "data_format"];
  readonly height: number;
  readonly width: number;
  readonly dataFormat = "channels_last";

  constructor(options: CenterCropOptions & { readonly height: number; readonly width: number }) {
    super(options);
    this.height = requirePositive(this, "height", options.height);
    this.width = requirePositive(this, "width", options.width);
    requireChannelsLast(this.describe(), options.dataFormat);
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(shape as Shape, 4, spatial(2));
  }

  override call(x: Tensor): Tensor {
    const size = [this.height, this.width] as const;
    const [height, width] = x.shape.slice(1, 3) as [number, number];
    // A smaller image grows until it fills the frame.
    return height >= this.height && width >= this.width
      ? middleOf(x, size)
      : resized(croppedToRatio(x, size), size, "bilinear");
  }
}

/**
 * Cuts the middle out of images: [batch, rows, columns, channels] → [batch, height, width, channels]. Smaller images are enlarged first.
 * Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop/
 *
 * @example
 * const y = centerCrop(24, 24)(input([28, 28, 1])); // [null, 24, 24, 1]
 */
export const centerCrop = (height: number, width: number, options: CenterCropOptions = {}): CenterCrop =>
  new CenterCrop({ ...options, height, width });
