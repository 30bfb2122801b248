// What a saved model is, whatever the format: a config, variables by group, and where training stood. Readers and writers of every
// format meet here; numbers come in pieces, so that no format holds a large array as a whole.

import type { TrainingPlace } from "../../catalog/callbacks/callback.js";
import type { SerializedItem } from "../../graph/registry.js";
import type { Piece } from "./pieces.js";

/** Numbers in a file, float32 or int32 whatever the file holds. */
export type Numbers = Float32Array | Int32Array;

/** An array and how to get at its numbers. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  read(piece: Piece): Promise<Numbers>;
}

/** Variables that one layer (or the optimizer) keeps. */
export interface VariableGroup {
  /** Keras's place for it: "" for the model itself, "layers/dense", "layers/lstm/cell", "optimizer". */
  readonly path: string;
  /** The layer's own name; undefined where the format doesn't keep it. */
  readonly name?: string | undefined;
  readonly variables: readonly StoredArray[];
}

/** Where training stood, beyond what Keras keeps. */
export interface TrainingState extends TrainingPlace {
  /** What dropout and noise follow from. */
  readonly noiseSeed: number;
  /** What stateful layers keep from batch to batch. */
  readonly carried?: readonly Numbers[] | undefined;
}

/** A whole model. */
export interface ModelFile {
  /** The model as Keras's config, with `compile_config` once it was compiled. */
  readonly config: SerializedItem & { readonly compile_config?: unknown };
  /** Layers' variables and, under "optimizer", those of the optimizer. */
  readonly groups: readonly VariableGroup[];
  /** How the groups' paths are meant. Default: Keras 3's places. */
  readonly form?: "places" | "layers" | "weights" | undefined;
  readonly training?: TrainingState | null;
}

/** Total bytes of all variables. */
export const bytesOf = (groups: readonly VariableGroup[]): number =>
  groups.reduce(
    (sum, { variables }) =>
      sum + variables.reduce((own, { shape }) => own + 4 * shape.reduce((product, size) => product * size, 1), 0),
    0,
  );
