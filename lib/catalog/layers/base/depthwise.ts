// What the depthwise layers share: every channel has kernels of its own.

import type { Shape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { Initializer, WeightFunction } from "../../../graph/weight.js";
import type { ConstraintIdentifier } from "../../constraints/index.js";
import type { InitializerIdentifier } from "../../initializers/index.js";
import { conv, reshape } from "../../ops/index.js";
import type { RegularizerIdentifier } from "../../regularizers/index.js";
import { requirePositive } from "./checks.js";
import { kernelSettings } from "./kernelLayer.js";
import { WindowLayer, type WindowOptions, windowSettings } from "./windowLayer.js";

/** Options of the depthwise convolutions. */
export interface DepthwiseOptions
  extends Omit<WindowOptions, "padding" | "kernelInitializer" | "kernelRegularizer" | "kernelConstraint"> {
  /** "valid": no padding (default). "same": as much as keeps size / strides. */
  readonly padding?: "valid" | "same" | undefined;
  /** Outputs of every channel. Default 1. */
  readonly depthMultiplier?: number | undefined;
  /** Default "glorot_uniform". */
  readonly depthwiseInitializer?: InitializerIdentifier | undefined;
  readonly depthwiseRegularizer?: RegularizerIdentifier | null | undefined;
  readonly depthwiseConstraint?: ConstraintIdentifier | null | undefined;
}

/** Keras's names of `DepthwiseOptions`. */
export const depthwiseSettings: readonly string[] = [
  "depth_multiplier",
  ...windowSettings,
  ...kernelSettings.map((name) => name.replace(/^kernel_/, "depthwise_")),
];

/** Base of the depthwise convolutions; their kernel is [...window, channels, multiplier]. */
export abstract class Depthwise extends WindowLayer {
  static override readonly settings: readonly string[] = depthwiseSettings;
  readonly depthMultiplier: number;

  constructor(rank: number, options: DepthwiseOptions & { readonly kernelSize: number | readonly number[] }) {
    super(rank, {
      ...options,
      kernelInitializer: options.depthwiseInitializer,
      kernelRegularizer: options.depthwiseRegularizer,
      kernelConstraint: options.depthwiseConstraint,
    });
    this.depthMultiplier = requirePositive(this, "depthMultiplier", options.depthMultiplier ?? 1);
  }

  get depthwiseInitializer(): Initializer {
    return this.kernelInitializer;
  }

  get depthwiseRegularizer(): WeightFunction | null {
    return this.kernelRegularizer;
  }

  get depthwiseConstraint(): WeightFunction | null {
    return this.kernelConstraint;
  }

  protected override get channels(): number {
    return this.kernel.shape.at(-2) as number;
  }

  override check(shapes: readonly Shape[]): void {
    super.check(shapes);
    this.requireWindowFits(shapes[0] as Shape);
  }

  override build([shape]: readonly Shape[]): void {
    const channels = (shape as Shape).at(-1) as number;
    this.makeWeights([...this.kernelSize, channels, this.depthMultiplier], channels * this.depthMultiplier);
  }

  /** Every channel with its own kernels: [n, …positions, channels · multiplier]. */
  protected channelwise(x: Tensor): Tensor {
    const { strides, padding, dilationRate: dilations, channels, depthMultiplier } = this;
    const kernel = reshape(this.kernel, [...this.kernelSize, 1, channels * depthMultiplier]);
    return conv(x, kernel, { strides, padding, dilations, groups: channels });
  }

  override call(x: Tensor): Tensor {
    return this.finish(this.channelwise(x));
  }
}
