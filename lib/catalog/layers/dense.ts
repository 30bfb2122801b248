// Dense: every output is a weighted sum of all inputs, then an activation.

import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { matmul } from "../ops/index.js";
import { requirePositive, requireWidthKnown } from "./base/checks.js";
import { KernelLayer, type KernelOptions, kernelSettings } from "./base/kernelLayer.js";

/** Options of `dense`. */
export type DenseOptions = KernelOptions;

/** See `dense`. */
export class Dense extends KernelLayer {
  static override readonly settings: readonly string[] = ["units", ...kernelSettings];
  override readonly masking = "keeps" as const;
  readonly units: number;

  constructor(options: DenseOptions & { readonly units: number }) {
    super(options);
    this.units = requirePositive(this, "units", options.units);
  }

  override check([shape]: readonly Shape[]): void {
    const width = requireWidthKnown(this, shape as Shape);
    if (this.built) this.requireWidth(shape as Shape, this.kernel.shape[0] as number);
    else void width;
  }

  override build([shape]: readonly Shape[]): void {
    this.makeWeights([(shape as Shape).at(-1) as number, this.units], this.units);
  }

  override call(x: Tensor): Tensor {
    return this.finish(matmul(x, this.kernel));
  }
}

/**
 * A densely connected layer: activation(x · kernel + bias) over the last axis.
 *
 * Input [batch, …, features], output [batch, …, units]. Raises ShapeError when a later input has another number of features.
 * Source: https://keras.io/api/layers/core_layers/dense/
 *
 * @example
 * const y = dense(64, { activation: "relu" })(input([128])); // [null, 64]
 */
export function dense(units: number, options: DenseOptions = {}): Dense {
  return new Dense({ ...options, units });
}
