// What the layers share that lay a kernel on windows, in any number of dimensions, channels last: sizes, steps, edges and checks.

import { ShapeError, ValueError } from "../../../graph/errors.js";
import { type Shape, showShape } from "../../../graph/shape.js";
import type { Padding } from "../../ops/index.js";
import { perDimension, requireChannelsLast } from "./checks.js";
import { KernelLayer, type KernelOptions } from "./kernelLayer.js";
import { spatial } from "./pooling.js";

/** Options of layers whose kernel lies on windows. */
export interface WindowOptions extends KernelOptions {
  /** Steps of the window. Default 1. */
  readonly strides?: number | readonly number[] | undefined;
  /** "valid": no padding (default). "same": as much as keeps size / strides. */
  readonly padding?: Padding | undefined;
  /** Distance between the window's elements. Default 1. */
  readonly dilationRate?: number | readonly number[] | undefined;
  readonly dataFormat?: "channels_last" | undefined;
}

/** Keras's names of `WindowOptions` and the window's size. */
export const windowSettings: readonly string[] = ["kernel_size", "strides", "padding", "data_format", "dilation_rate"];

/** Base of the layers whose kernel lies on windows. */
export abstract class WindowLayer extends KernelLayer {
  readonly rank: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dataFormat = "channels_last";
  readonly dilationRate: readonly number[];

  constructor(
    rank: number,
    options: WindowOptions & { readonly kernelSize: number | readonly number[] },
    paddings: readonly Padding[] = ["valid", "same"],
  ) {
    super(options);
    this.rank = rank;
    this.kernelSize = perDimension(this, "kernelSize", options.kernelSize, rank);
    this.strides = perDimension(this, "strides", options.strides ?? 1, rank);
    this.dilationRate = perDimension(this, "dilationRate", options.dilationRate ?? 1, rank);
    this.padding = (options.padding ?? "valid").toLowerCase() as Padding;
    if (!paddings.includes(this.padding)) {
      const known = paddings.map((name) => `"${name}"`).join(" or ");
      throw new ValueError(`${this.describe()}: padding must be ${known}, received ${JSON.stringify(options.padding)}`);
    }
    requireChannelsLast(this.describe(), options.dataFormat);
  }

  /** Channels of the input that the kernel was made for. */
  protected abstract get channels(): number;

  override check([shape]: readonly Shape[]): void {
    const own = shape as Shape;
    this.requireRank(own, this.rank + 2, spatial(this.rank));
    if (typeof own.at(-1) !== "number")
      throw new ShapeError(`${this.describe()} needs a known number of channels, received ${showShape(own)}`);
    if (this.built) this.requireWidth(own, this.channels);
  }

  /** Without padding, a window must lie in the input somewhere. */
  protected requireWindowFits(shape: Shape): void {
    if (this.padding !== "valid") return;
    this.kernelSize.forEach((size, i) => {
      const length = shape[i + 1];
      if (typeof length !== "number" || length >= (size - 1) * (this.dilationRate[i] as number) + 1) return;
      throw new ShapeError(
        `${this.describe()}: a window of ${this.kernelSize.join("x")} doesn't fit into ${showShape(shape)}`,
        { hint: 'use padding: "same" or a smaller kernel' },
      );
    });
  }
}
