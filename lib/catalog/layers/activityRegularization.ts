// ActivityRegularization: passes its input on and adds a penalty to the loss.

import type { LayerOptions } from "../../graph/layer.js";
import type { Tensor } from "../../graph/tensor.js";
import type { WeightFunction } from "../../graph/weight.js";
import { l1L2 } from "../regularizers/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** Options of `activityRegularization`. */
export interface ActivityRegularizationOptions extends LayerOptions {
  /** Factor of the sum of absolute values. Default 0. */
  readonly l1?: number | undefined;
  /** Factor of the sum of squares. Default 0. */
  readonly l2?: number | undefined;
}

/** See `activityRegularization`. */
export class ActivityRegularization extends CatalogLayer {
  static override readonly settings: readonly string[] = ["l1", "l2"];
  override readonly masking = "keeps" as const;
  readonly l1: number;
  readonly l2: number;
  override readonly activityRegularizer: WeightFunction;

  constructor(options: ActivityRegularizationOptions = {}) {
    super(options);
    this.l1 = options.l1 ?? 0;
    this.l2 = options.l2 ?? 0;
    this.activityRegularizer = l1L2({ l1: this.l1, l2: this.l2 });
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/**
 * Adds l1 · Σ|x| + l2 · Σx², divided by the number of samples, to the loss, and passes x on.
 * Source: https://keras.io/api/layers/regularization_layers/activity_regularization/
 *
 * @example
 * const y = activityRegularization({ l2: 0.01 })(input([8])); // [null, 8]
 */
export const activityRegularization = (options: ActivityRegularizationOptions = {}): ActivityRegularization =>
  new ActivityRegularization(options);
