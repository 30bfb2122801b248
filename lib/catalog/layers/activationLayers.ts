// Activations with settings of their own, as layers.

import type { LayerOptions } from "../../graph/layer.js";
import type { Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer, Weight } from "../../graph/weight.js";
import { activations } from "../activations/index.js";
import { type InitializerIdentifier, initializers } from "../initializers/index.js";
import {
  add,
  cast,
  greaterEqual,
  less,
  minimum,
  multiply,
  negative,
  relu,
  softmax as softmaxOp,
  subtract,
} from "../ops/index.js";
import { CatalogLayer } from "./base.js";

/** Options of `reLU`. */
export interface ReLUOptions extends LayerOptions {
  readonly maxValue?: number | null | undefined;
  readonly negativeSlope?: number | undefined;
  readonly threshold?: number | undefined;
}

/** See `reLU`. */
export class ReLU extends CatalogLayer {
  static override readonly settings: readonly string[] = ["max_value", "negative_slope", "threshold"];
  override readonly masking = "keeps" as const;
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;

  constructor(options: ReLUOptions = {}) {
    super(options);
    this.maxValue = options.maxValue ?? null;
    this.negativeSlope = options.negativeSlope ?? 0;
    this.threshold = options.threshold ?? 0;
  }

  override call(x: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this;
    const on = cast(greaterEqual(x, threshold), "float32");
    let above = threshold === 0 ? relu(x) : multiply(x, on);
    if (maxValue !== null) above = minimum(above, maxValue);
    if (negativeSlope === 0) return above;
    const below = multiply(multiply(subtract(x, threshold), cast(less(x, threshold), "float32")), negativeSlope);
    return add(above, below);
  }
}

/** max(x, 0), with an optional ceiling, slope below and threshold. Source: https://keras.io/api/layers/activation_layers/relu/ */
export const reLU = (options: ReLUOptions = {}): ReLU => new ReLU(options);

/** See `leakyReLU`. */
export class LeakyReLU extends CatalogLayer {
  static override readonly settings: readonly string[] = ["negative_slope"];
  override readonly masking = "keeps" as const;
  readonly negativeSlope: number;

  constructor(options: LayerOptions & { readonly negativeSlope?: number | undefined } = {}) {
    super(options);
    this.negativeSlope = options.negativeSlope ?? 0.3;
  }

  override call(x: Tensor): Tensor {
    return activations
      .deserialize({ class_name: "leaky_relu", config: { negative_slope: this.negativeSlope } })
      .apply(x);
  }
}

/** x, or x · negativeSlope where x < 0. Source: https://keras.io/api/layers/activation_layers/leaky_relu/ */
export const leakyReLU = (options: LayerOptions & { readonly negativeSlope?: number } = {}): LeakyReLU =>
  new LeakyReLU(options);

/** See `elu`. */
export class ELU extends CatalogLayer {
  static override readonly settings: readonly string[] = ["alpha"];
  override readonly masking = "keeps" as const;
  readonly alpha: number;

  constructor(options: LayerOptions & { readonly alpha?: number | undefined } = {}) {
    super(options);
    this.alpha = options.alpha ?? 1;
  }

  override call(x: Tensor): Tensor {
    return activations.deserialize({ class_name: "elu", config: { alpha: this.alpha } }).apply(x);
  }
}

/** x, or alpha · (eˣ - 1) where x < 0. Source: https://keras.io/api/layers/activation_layers/elu/ */
export const elu = (options: LayerOptions & { readonly alpha?: number } = {}): ELU => new ELU(options);

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

/** x, or x · a learned slope where x < 0. Source: https://keras.io/api/layers/activation_layers/prelu/ */
export const pReLU = (options: PReLUOptions = {}): PReLU => new PReLU(options);

/** See `softmax`. */
export class Softmax extends CatalogLayer {
  static override readonly settings: readonly string[] = ["axis"];
  override readonly masking = "keeps" as const;
  readonly axis: number;

  constructor(options: LayerOptions & { readonly axis?: number | undefined } = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  override call(x: Tensor): Tensor {
    return softmaxOp(x, { axis: this.axis });
  }
}

/** Positive numbers that sum to 1 along an axis (-1). Source: https://keras.io/api/layers/activation_layers/softmax/ */
export const softmax = (options: LayerOptions & { readonly axis?: number } = {}): Softmax => new Softmax(options);
