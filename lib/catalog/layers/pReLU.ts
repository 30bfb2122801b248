// PReLU: what is below 0 is damped by a learned slope.

import type { LayerOptions } from "../../graph/layer.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, Weight } from "../../graph/weight.js";
import { type InitializerIdentifier, initializers } from "../initializers/index.js";
import { multiply, negative, relu, subtract } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** Options of `pReLU`. */
export interface PReLUOptions extends LayerOptions {
  readonly alphaInitializer?: InitializerIdentifier | undefined;
  /** Axes (from 1) that share one slope. */
  readonly sharedAxes?: readonly number[] | null | undefined;
}

/** See `pReLU`. */
export class PReLU extends CatalogLayer {
  static override readonly settings: readonly string[] = ["alpha_initializer", "shared_axes"];
  override readonly masking = "keeps" as const;
  readonly alphaInitializer: Initializer;
  readonly sharedAxes: readonly number[] | null;
  private alpha!: Weight;

  constructor(options: PReLUOptions = {}) {
    super(options);
    this.alphaInitializer = initializers.resolve(options.alphaInitializer ?? "zeros");
    this.sharedAxes = options.sharedAxes ?? null;
  }

  override build([shape]: readonly Shape[]): void {
    const own = (shape as Shape).slice(1).map((size, i) => (this.sharedAxes?.includes(i + 1) ? 1 : (size as number)));
    this.alpha = this.addWeight({ name: "alpha", shape: own, initializer: this.alphaInitializer });
  }

  override call(x: Tensor): Tensor {
    return subtract(relu(x), multiply(this.alpha, relu(negative(x))));
  }
}

/**
 * x, or x · a learned slope where x < 0. Source: https://keras.io/api/layers/activation_layers/prelu/
 *
 * @example
 * const y = pReLU({ sharedAxes: [1, 2] })(input([8, 8, 3])); // [null, 8, 8, 3]
 */
export const pReLU = (options: PReLUOptions = {}): PReLU => new PReLU(options);
