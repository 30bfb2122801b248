// What the convolution layers share, in any number of dimensions.

import { ShapeError, ValueError } from "../../../graph/errors.js";
import { type Shape, showShape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { conv, type Padding } from "../../ops/index.js";
import { requirePositive } from "./checks.js";
import { kernelSettings } from "./kernelLayer.js";
import { WindowLayer, type WindowOptions, windowSettings } from "./windowLayer.js";

/** Options of the convolution layers. */
export interface ConvOptions extends Omit<WindowOptions, "padding"> {
  /** "valid": no padding (default). "same": as much as keeps size / strides. "causal" (one dimension): only in front. */
  readonly padding?: Padding | undefined;
  /** Channels are cut into groups that don't see each other. Default 1. */
  readonly groups?: number | undefined;
}

/** With what every convolution needs. */
export type ConvSettings = ConvOptions & { readonly filters: number; readonly kernelSize: number | readonly number[] };

/** Base of the convolution layers. */
export abstract class Conv extends WindowLayer {
  static override readonly settings: readonly string[] = ["filters", ...windowSettings, "groups", ...kernelSettings];
  readonly filters: number;
  readonly groups: number;

  constructor(rank: number, options: ConvSettings) {
    super(rank, options, rank === 1 ? ["valid", "same", "causal"] : undefined);
    this.filters = requirePositive(this, "filters", options.filters);
    this.groups = requirePositive(this, "groups", options.groups ?? 1);
    if (this.filters % this.groups !== 0)
      throw new ValueError(
        `${this.describe()}: filters (${this.filters}) must be a multiple of groups (${this.groups})`,
      );
  }

  protected override get channels(): number {
    return (this.kernel.shape.at(-2) as number) * this.groups;
  }

  override check(shapes: readonly Shape[]): void {
    super.check(shapes);
    const [shape] = shapes as [Shape];
    if ((shape.at(-1) as number) % this.groups !== 0) {
      throw new ShapeError(
        `${this.describe()} with ${this.groups} groups can't divide the channels of ${showShape(shape)}`,
      );
    }
    this.requireWindowFits(shape);
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
