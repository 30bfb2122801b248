// What the convolution layers share, in any number of dimensions, channels last.

import { ShapeError, ValueError } from "../../../graph/errors.js";
import { type Shape, showShape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { conv, type Padding } from "../../ops/index.js";
import { perDimension, requireChannelsLast, requirePositive } from "./checks.js";
import { KernelLayer, type KernelOptions, kernelSettings } from "./kernelLayer.js";

/** Options of the convolution layers. */
export interface ConvOptions extends KernelOptions {
  /** Steps of the window. Default 1. */
  readonly strides?: number | readonly number[] | undefined;
  /** "valid": no padding (default). "same": as much as keeps size / strides. "causal" (one dimension): only in front. */
  readonly padding?: Padding | undefined;
  /** Distance between the window's elements. Default 1. */
  readonly dilationRate?: number | readonly number[] | undefined;
  /** Channels are cut into groups that don't see each other. Default 1. */
  readonly groups?: number | undefined;
  readonly dataFormat?: "channels_last" | undefined;
}

/** With what every convolution needs. */
export type ConvSettings = ConvOptions & { readonly filters: number; readonly kernelSize: number | readonly number[] };

/** Base of the convolution layers. */
export abstract class Conv extends KernelLayer {
  static override readonly settings: readonly string[] = [
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "data_format",
    "dilation_rate",
    "groups",
    ...kernelSettings,
  ];
  readonly rank: number;
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dataFormat = "channels_last";
  readonly dilationRate: readonly number[];
  readonly groups: number;

  constructor(rank: number, options: ConvSettings) {
    super(options);
    this.rank = rank;
    this.filters = requirePositive(this, "filters", options.filters);
    this.kernelSize = perDimension(this, "kernelSize", options.kernelSize, rank);
    this.strides = perDimension(this, "strides", options.strides ?? 1, rank);
    this.dilationRate = perDimension(this, "dilationRate", options.dilationRate ?? 1, rank);
    this.groups = requirePositive(this, "groups", options.groups ?? 1);
    this.padding = (options.padding ?? "valid").toLowerCase() as Padding;
    if (!["valid", "same", ...(rank === 1 ? ["causal"] : [])].includes(this.padding)) {
      throw new ValueError(
        `${this.describe()}: padding must be "valid" or "same", received ${JSON.stringify(options.padding)}`,
      );
    }
    requireChannelsLast(this.describe(), options.dataFormat);
    if (this.filters % this.groups !== 0)
      throw new ValueError(
        `${this.describe()}: filters (${this.filters}) must be a multiple of groups (${this.groups})`,
      );
  }

  override check([shape]: readonly Shape[]): void {
    this.requireRank(
      shape as Shape,
      this.rank + 2,
      `[batch, ${["rows", "columns", "depth"].slice(0, this.rank).join(", ")}, channels]`,
    );
    const channels = (shape as Shape).at(-1);
    if (typeof channels !== "number" || channels % this.groups !== 0) {
      throw new ShapeError(
        `${this.describe()} with ${this.groups} groups can't divide the channels of ${showShape(shape as Shape)}`,
      );
    }
    if (this.built) this.requireWidth(shape as Shape, (this.kernel.shape.at(-2) as number) * this.groups);
    if (this.padding !== "valid") return;
    this.kernelSize.forEach((size, i) => {
      const length = (shape as Shape)[i + 1];
      if (typeof length === "number" && length < (size - 1) * (this.dilationRate[i] as number) + 1) {
        throw new ShapeError(
          `${this.describe()}: a window of ${this.kernelSize.join("x")} doesn't fit into ${showShape(shape as Shape)}`,
          {
            hint: 'use padding: "same" or a smaller kernel',
          },
        );
      }
    });
  }

  override build([shape]: readonly Shape[]): void {
    this.makeWeights(
      [...this.kernelSize, ((shape as Shape).at(-1) as number) / this.groups, this.filters],
      this.filters,
    );
  }

  override call(x: Tensor): Tensor {
    const { strides, padding, dilationRate: dilations, groups } = this;
    return this.finish(conv(x, this.kernel, { strides, padding, dilations, groups }));
  }
}
