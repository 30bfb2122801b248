// What the separable convolutions share: every channel by itself, then all channels of every position.

import type { Shape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { Initializer, Weight, WeightFunction } from "../../../graph/weight.js";
import { type ConstraintIdentifier, constraints } from "../../constraints/index.js";
import { type InitializerIdentifier, initializers } from "../../initializers/index.js";
import { matmul, reshape } from "../../ops/index.js";
import { type RegularizerIdentifier, regularizers } from "../../regularizers/index.js";
import { requirePositive } from "./checks.js";
import { Depthwise, type DepthwiseOptions, depthwiseSettings } from "./depthwise.js";

/** Options of the separable convolutions. */
export interface SeparableOptions extends DepthwiseOptions {
  /** Default "glorot_uniform". */
  readonly pointwiseInitializer?: InitializerIdentifier | undefined;
  readonly pointwiseRegularizer?: RegularizerIdentifier | null | undefined;
  readonly pointwiseConstraint?: ConstraintIdentifier | null | undefined;
}

/** With what every separable convolution needs. */
export type SeparableSettings = SeparableOptions & {
  readonly filters: number;
  readonly kernelSize: number | readonly number[];
};

/** Base of the separable convolutions. */
export abstract class Separable extends Depthwise {
  static override readonly settings: readonly string[] = [
    "filters",
    ...depthwiseSettings,
    "pointwise_initializer",
    "pointwise_regularizer",
    "pointwise_constraint",
  ];
  readonly filters: number;
  readonly pointwiseInitializer: Initializer;
  readonly pointwiseRegularizer: WeightFunction | null;
  readonly pointwiseConstraint: WeightFunction | null;
  private pointwiseKernel!: Weight;

  constructor(rank: number, options: SeparableSettings) {
    super(rank, options);
    this.filters = requirePositive(this, "filters", options.filters);
    this.pointwiseInitializer = initializers.resolve(options.pointwiseInitializer ?? "glorot_uniform");
    this.pointwiseRegularizer = regularizers.resolve(options.pointwiseRegularizer);
    this.pointwiseConstraint = constraints.resolve(options.pointwiseConstraint);
  }

  override build([shape]: readonly Shape[]): void {
    const channels = (shape as Shape).at(-1) as number;
    const { pointwiseInitializer: initializer, pointwiseRegularizer: regularizer } = this;
    this.makeKernel([...this.kernelSize, channels, this.depthMultiplier], "depthwise_kernel");
    this.pointwiseKernel = this.addWeight({
      name: "pointwise_kernel",
      shape: [...this.kernelSize.map(() => 1), channels * this.depthMultiplier, this.filters],
      initializer,
      regularizer,
      constraint: this.pointwiseConstraint,
    });
    this.makeBias([this.filters]);
  }

  override call(x: Tensor): Tensor {
    const mixing = reshape(this.pointwiseKernel, this.pointwiseKernel.shape.slice(-2));
    return this.finish(matmul(this.channelwise(x), mixing));
  }
}
