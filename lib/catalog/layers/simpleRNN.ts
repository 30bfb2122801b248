// SimpleRNN: the output is fed back.

import type { Tensor } from "../../graph/tensor.js";
import { add } from "../ops/index.js";
import { Recurrent } from "./base/recurrent.js";
import { type RecurrentOptions, recurrentSettings } from "./base/recurrentOptions.js";

/** See `simpleRNN`. */
export class SimpleRNN<Out extends Tensor | Tensor[] = Tensor> extends Recurrent<Out> {
  static override readonly settings: readonly string[] = recurrentSettings;
  protected override readonly gates = 1;
  protected override readonly stateCount = 1;
  protected override readonly cellName = "simple_rnn_cell";

  protected override step(
    input: Tensor,
    [state]: readonly Tensor[],
    dropped: (state: Tensor) => Tensor,
  ): { output: Tensor; states: readonly Tensor[] } {
    const output = this.activation.apply(add(input, this.recur(dropped(state as Tensor))));
    return { output, states: [output] };
  }
}

/**
 * A layer whose output is part of its next input: [batch, steps, features] → [batch, units], or [batch, steps, units] with
 * `returnSequences`. Source: https://keras.io/api/layers/recurrent_layers/simple_rnn/
 *
 * @example
 * const y = simpleRNN(16)(input([10, 8])); // [null, 16]
 */
export function simpleRNN(
  units: number,
  options: RecurrentOptions & { readonly returnState: true },
): SimpleRNN<Tensor[]>;
export function simpleRNN(units: number, options?: RecurrentOptions): SimpleRNN;
export function simpleRNN(units: number, options: RecurrentOptions = {}): SimpleRNN<Tensor | Tensor[]> {
  return new SimpleRNN<Tensor | Tensor[]>({ ...options, units });
}
