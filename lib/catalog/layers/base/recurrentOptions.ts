// Options of the recurrent layers, under our names and under Keras's.

import type { ConstraintIdentifier } from "../../constraints/index.js";
import type { InitializerIdentifier } from "../../initializers/index.js";
import type { RegularizerIdentifier } from "../../regularizers/index.js";
import type { KernelOptions } from "./kernelLayer.js";

/** Options of the recurrent layers. */
export interface RecurrentOptions extends KernelOptions {
  /** Default "orthogonal". */
  readonly recurrentInitializer?: InitializerIdentifier | undefined;
  readonly recurrentRegularizer?: RegularizerIdentifier | null | undefined;
  readonly recurrentConstraint?: ConstraintIdentifier | null | undefined;
  /** Share of the inputs dropped while training, the same ones at every step. */
  readonly dropout?: number | undefined;
  /** Share of the state dropped while training, the same ones at every step and for all gates. */
  readonly recurrentDropout?: number | undefined;
  readonly seed?: number | null | undefined;
  /** Gives the outputs of all steps: [batch, steps, units]. Default false: of the last, [batch, units]. */
  readonly returnSequences?: boolean | undefined;
  /** Gives [output, ...states]. Default false. */
  readonly returnState?: boolean | undefined;
  /** Walks from the last step to the first. */
  readonly goBackwards?: boolean | undefined;
  /** Begins each batch with the states in which the last one ended. Needs input(…, { batchSize }). */
  readonly stateful?: boolean | undefined;
  /** Accepted for Keras's sake; changes nothing. */
  readonly unroll?: boolean | undefined;
  /** Gives zeros at masked steps instead of the output before. */
  readonly zeroOutputForMask?: boolean | undefined;
}

/** Keras's names of `RecurrentOptions`. */
export const recurrentSettings: readonly string[] = [
  "return_sequences",
  "return_state",
  "go_backwards",
  "stateful",
  "unroll",
  "zero_output_for_mask",
  "units",
  "activation",
  "use_bias",
  "kernel_initializer",
  "recurrent_initializer",
  "bias_initializer",
  "kernel_regularizer",
  "recurrent_regularizer",
  "bias_regularizer",
  "activity_regularizer",
  "kernel_constraint",
  "recurrent_constraint",
  "bias_constraint",
  "dropout",
  "recurrent_dropout",
  "seed",
];
