// Softmax: positive numbers that sum to 1.

import type { LayerOptions } from "../../graph/layer.js";
import type { Mode } from "../../graph/mode.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast, exp, logSumExp, softmax as softmaxOp, subtract, where } from "../ops/index.js";
import { CatalogLayer } from "./base/catalogLayer.js";

/** Options of `softmax`. */
export interface SoftmaxOptions extends LayerOptions {
  /** The axis, or axes, along which they sum to 1. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
}

/** See `softmax`. */
export class Softmax extends CatalogLayer {
  static override readonly settings: readonly string[] = ["axis"];
  override readonly masking = "uses" as const;
  readonly axis: number | readonly number[];

  constructor(options: SoftmaxOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  private shares(x: Tensor): Tensor {
    const { axis } = this;
    if (typeof axis === "number") return softmaxOp(x, { axis });
    return axis.length === 1
      ? softmaxOp(x, { axis: axis[0] as number })
      : exp(subtract(x, logSumExp(x, { axis, keepdims: true })));
  }

  override call(x: Tensor, mode: Mode): Tensor {
    const { mask } = x;
    // A mask of steps says nothing of what is in them.
    if (!mask || (mask.rank < x.rank && mode.options["mask"] === undefined)) return this.shares(x).withMask(mask);
    const kept = cast(mask, "bool");
    return where(kept, this.shares(where(kept, x.withMask(undefined), -1e9)), 0).withMask(mask);
  }
}

/**
 * Positive numbers that sum to 1 along an axis (-1). A mask of single elements, carried or given to the call as `mask`, leaves those
 * out. Source: https://keras.io/api/layers/activation_layers/softmax/
 *
 * @example
 * const y = softmax()(input([10])); // [null, 10]
 */
export const softmax = (options: SoftmaxOptions = {}): Softmax => new Softmax(options);
