// LSTM: long short-term memory.

import { scalar } from "../../graph/call.js";
import { mixSeed } from "../../graph/seed.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Initializer } from "../../graph/weight.js";
import { type Activation, type ActivationIdentifier, activations } from "../activations/index.js";
import { add, broadcastTo, concatenate, multiply, sliceAxis, split } from "../ops/index.js";
import { activationOf } from "./base/kernelLayer.js";
import { Recurrent } from "./base/recurrent.js";
import { type RecurrentOptions, recurrentSettings } from "./base/recurrentOptions.js";

/** Options of `lstm`. */
export interface LSTMOptions extends RecurrentOptions {
  /** Default "sigmoid". */
  readonly recurrentActivation?: ActivationIdentifier | undefined;
  /** The forget gate's bias starts at 1 (Jozefowicz et al. 2015). Default true. */
  readonly unitForgetBias?: boolean | undefined;
}

/** See `lstm`. */
export class LSTM<Out extends Tensor | Tensor[] = Tensor> extends Recurrent<Out> {
  static override readonly settings: readonly string[] = [
    ...recurrentSettings,
    "recurrent_activation",
    "unit_forget_bias",
  ];
  readonly recurrentActivation: Activation;
  readonly unitForgetBias: boolean;
  protected override readonly gates = 4;
  protected override readonly stateCount = 2;
  protected override readonly cellName = "lstm_cell";

  constructor(options: LSTMOptions & { readonly units: number }) {
    super(options);
    this.recurrentActivation = activations.get(
      activationOf(options.recurrentActivation === undefined ? "sigmoid" : options.recurrentActivation),
    );
    this.unitForgetBias = options.unitForgetBias ?? true;
  }

  protected override biasStart(): Initializer {
    const { units, biasInitializer } = this;
    if (!this.unitForgetBias) return biasInitializer;
    return {
      className: "UnitForgetBias",
      build: (_shape, dtype, seed, rows) => {
        const ones = broadcastTo(scalar(1, dtype), [units]);
        const [enter, others] = [
          biasInitializer.build([units], dtype, seed),
          biasInitializer.build([2 * units], dtype, mixSeed(seed, 1)),
        ];
        const bias = concatenate([enter, ones, others], { axis: 0 });
        return rows ? sliceAxis(bias, 0, rows.start, rows.start + rows.count) : bias;
      },
      getConfig: () => ({}),
    };
  }

  protected override step(
    input: Tensor,
    states: readonly Tensor[],
    dropped: (state: Tensor) => Tensor,
  ): { output: Tensor; states: readonly Tensor[] } {
    const [before, memory] = states as [Tensor, Tensor];
    const [enter, keep, candidate, leave] = split(add(input, this.recur(dropped(before))), 4, { axis: -1 }) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const gate = (x: Tensor): Tensor => this.recurrentActivation.apply(x);
    const next = add(multiply(gate(keep), memory), multiply(gate(enter), this.activation.apply(candidate)));
    const output = multiply(gate(leave), this.activation.apply(next));
    return { output, states: [output, next] };
  }
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997): [batch, steps, features] → [batch, units], or [batch, steps, units] with
 * `returnSequences`; with `returnState` a list [output, h, c]. Call options: `mask` [batch, steps], `initialState` [h, c].
 * Source: https://keras.io/api/layers/recurrent_layers/lstm/
 *
 * @example
 * const y = lstm(128)(embedding(10000, 64)(input([50]))); // [null, 128]
 */
export function lstm(units: number, options: LSTMOptions & { readonly returnState: true }): LSTM<Tensor[]>;
export function lstm(units: number, options?: LSTMOptions): LSTM;
export function lstm(units: number, options: LSTMOptions = {}): LSTM<Tensor | Tensor[]> {
  return new LSTM<Tensor | Tensor[]>({ ...options, units });
}
