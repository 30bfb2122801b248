// Resizing: images of another size.

import { requireOneOf, ValueError } from "../../graph/errors.js";
import type { LayerOptions } from "../../graph/layer.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, round } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";
import { type ChannelOptions, requireChannelsLast, requirePositive } from "./base/checks.js";
import { spatial } from "./base/pooling.js";
import { croppedToRatio, type Interpolation, interpolations, paddedToRatio, resized } from "./base/resize.js";

/** Options of `resizing`. */
export interface ResizingOptions extends LayerOptions, ChannelOptions {
  /** Default "bilinear". */
  readonly interpolation?: Interpolation | undefined;
  /** Cuts off what would distort the image. Default false. */
  readonly cropToAspectRatio?: boolean | undefined;
  /** Puts `fillValue` around the image rather than distort it. Default false. */
  readonly padToAspectRatio?: boolean | undefined;
  readonly fillMode?: "constant" | undefined;
  /** Default 0. */
  readonly fillValue?: number | undefined;
  /** When images shrink, all pixels count, not only the nearest ones. Default false. */
  readonly antialias?: boolean | undefined;
}

/** See `resizing`. */
export class Resizing extends CatalogLayer {
  static override readonly settings: readonly string[] = [
    "height",
    "width",
    "interpolation",
    "crop_to_aspect_ratio",
    "pad_to_aspect_ratio",
    "fill_mode",
    "fill_value",
    "antialias",
    "data_format",
  ];
  readonly height: number;
  readonly width: number;
  readonly interpolation: Interpolation;
  readonly cropToAspectRatio: boolean;
  readonly padToAspectRatio: boolean;
  readonly fillMode = "constant";
  readonly fillValue: number;
  readonly antialias: boolean;
  readonly dataFormat = "channels_last";

  constructor(options: ResizingOptions & { readonly height: number; readonly width: number }) {
    super(options);
    this.height = requirePositive(this, "height", options.height);
    this.width = requirePositive(this, "width", options.width);
    this.interpolation = options.interpolation ?? "bilinear";
    requireOneOf(`${this.describe()}: interpolation`, this.interpolation, interpolations);
    requireOneOf(`${this.describe()}: fillMode`, options.fillMode ?? "constant", ["constant"]);
    this.cropToAspectRatio = options.cropToAspectRatio ?? false;
    this.padToAspectRatio = options.padToAspectRatio ?? false;
    if (this.cropToAspectRatio && this.padToAspectRatio)
      throw new ValueError(`${this.describe()} can't both crop and pad to the aspect ratio`);
    this.fillValue = options.fillValue ?? 0;
    this.antialias = options.antialias ?? false;
    requireChannelsLast(this.describe(), options.dataFormat);
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(shape as Shape, 4, spatial(2));
  }

  override call(x: Tensor): Tensor {
    const size = [this.height, this.width] as const;
    let image = cast(x, "float32");
    if (this.cropToAspectRatio) image = croppedToRatio(image, size);
    if (this.padToAspectRatio) image = paddedToRatio(image, size, this.fillValue);
    image = resized(image, size, this.interpolation, this.antialias);
    return x.dtype === "float32" ? image : cast(round(image), x.dtype);
  }
}

/**
 * Images of another size: [batch, rows, columns, channels] → [batch, height, width, channels].
 * Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/
 *
 * @example
 * const y = resizing(64, 48)(input([100, 100, 3])); // [null, 64, 48, 3]
 */
export const resizing = (height: number, width: number, options: ResizingOptions = {}): Resizing =>
  new Resizing({ ...options, height, width });
