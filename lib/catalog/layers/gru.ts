// GRU: gated recurrent units.

import type { Tensor } from "../../graph/tensor.js";
import { type Activation, type ActivationIdentifier, activations } from "../activations/index.js";
import { add, multiply, sliceAxis, split, subtract } from "../ops/index.js";
import { activationOf } from "./base/kernelLayer.js";
import { Recurrent } from "./base/recurrent.js";
import { type RecurrentOptions, recurrentSettings } from "./base/recurrentOptions.js";

/** Options of `gru`. */
export interface GRUOptions extends RecurrentOptions {
  /** Default "sigmoid". */
  readonly recurrentActivation?: ActivationIdentifier | undefined;
  /** Applies the reset gate after the product with the state rather than before. Default true. */
  readonly resetAfter?: boolean | undefined;
}

/** See `gru`. */
export class GRU<Out extends Tensor | Tensor[] = Tensor> extends Recurrent<Out> {
  static override readonly settings: readonly string[] = [...recurrentSettings, "recurrent_activation", "reset_after"];
  readonly recurrentActivation: Activation;
  readonly resetAfter: boolean;
  protected override readonly gates = 3;
  protected override readonly stateCount = 1;
  protected override readonly cellName = "gru_cell";

  constructor(options: GRUOptions & { readonly units: number }) {
    super(options);
    this.recurrentActivation = activations.get(
      activationOf(options.recurrentActivation === undefined ? "sigmoid" : options.recurrentActivation),
    );
    this.resetAfter = options.resetAfter ?? true;
  }

  protected override biasShape(): number[] {
    return this.resetAfter ? [2, 3 * this.units] : [3 * this.units];
  }

  protected override inputBias(): Tensor | null {
    if (!this.bias) return null;
    return this.resetAfter ? sliceAxis(this.bias, 0, 0, 1) : this.bias.tensor;
  }

  protected override step(
    input: Tensor,
    [state]: readonly Tensor[],
    dropped: (state: Tensor) => Tensor,
  ): { output: Tensor; states: readonly Tensor[] } {
    const { units } = this;
    const before = state as Tensor;
    const gate = (x: Tensor): Tensor => this.recurrentActivation.apply(x);
    const [inUpdate, inReset, inCandidate] = split(input, 3, { axis: -1 }) as [Tensor, Tensor, Tensor];
    const own = dropped(before);
    let update: Tensor;
    let candidate: Tensor;
    if (this.resetAfter) {
      const product = this.recur(own);
      const inner = this.bias ? add(product, sliceAxis(this.bias, 0, 1, 2)) : product;
      const [ownUpdate, ownReset, ownCandidate] = split(inner, 3, { axis: -1 }) as [Tensor, Tensor, Tensor];
      update = gate(add(inUpdate, ownUpdate));
      candidate = this.activation.apply(add(inCandidate, multiply(gate(add(inReset, ownReset)), ownCandidate)));
    } else {
      const [ownUpdate, ownReset] = split(this.recur(own, 0, 2 * units), 2, { axis: -1 }) as [Tensor, Tensor];
      update = gate(add(inUpdate, ownUpdate));
      const kept = multiply(gate(add(inReset, ownReset)), own);
      candidate = this.activation.apply(add(inCandidate, this.recur(kept, 2 * units, 3 * units)));
    }
    const output = add(multiply(update, before), multiply(subtract(1, update), candidate));
    return { output, states: [output] };
  }
}

/**
 * Gated recurrent units (Cho et al. 2014): [batch, steps, features] → [batch, units], or [batch, steps, units] with
 * `returnSequences`; with `returnState` a list [output, state]. Source: https://keras.io/api/layers/recurrent_layers/gru/
 *
 * @example
 * const y = gru(32)(input([10, 8])); // [null, 32]
 */
export function gru(units: number, options: GRUOptions & { readonly returnState: true }): GRU<Tensor[]>;
export function gru(units: number, options?: GRUOptions): GRU;
export function gru(units: number, options: GRUOptions = {}): GRU<Tensor | Tensor[]> {
  return new GRU<Tensor | Tensor[]>({ ...options, units });
}
