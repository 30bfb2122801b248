// What a layer may know and do while its computation is being written down for one batch size and one mode.

import type { Tensor } from "./tensor.js";
import type { Weight } from "./weight.js";

/** Given to `layer.call`: how the model runs, and where side effects of a step are noted. */
export interface Mode {
  /** True during `fit` and `trainOnBatch`. */
  readonly training: boolean;
  /** int32 scalar that differs at every training step: the counter of random ops. */
  readonly step: Tensor;
  /** What this layer call was given besides its inputs (mask, initialState, …), with tensors in place. */
  readonly options: Readonly<Record<string, unknown>>;
  /** After this step, `weight` holds `value` (moving statistics, states). */
  update(weight: Weight, value: Tensor): void;
  /** Adds a scalar to the loss. */
  addLoss(value: Tensor): void;
  /** Writes down a graph of layers inside of this call (a nested model, a wrapper), in this call's mode. */
  replay(outputs: readonly Tensor[], substitution: ReadonlyMap<Tensor, Tensor>): readonly Tensor[];
  /** A seed of its own for the next random op: differs between calls, repeats from run to run. */
  seed(own: number | null): number;
}
