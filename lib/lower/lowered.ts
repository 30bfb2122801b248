// What lowering gives: kernels and loops in order, on values that have no addresses yet. Plain data but for the weights' identity.

import type { DType } from "../graph/dtype.js";
import type { View } from "../graph/op.js";
import type { Part } from "../graph/part.js";
import type { RowRange, Weight } from "../graph/weight.js";
import type { KernelSpec } from "../plan/program.js";

/** A piece of memory-to-be. */
export interface Value {
  readonly id: number;
  readonly name: string;
  readonly elements: number;
  readonly dtype: DType;
  /** Who owns it: the program (arena), or someone who outlives a run. */
  readonly home:
    | { readonly kind: "arena" }
    | { readonly kind: "weight"; readonly weight: Weight; readonly rows: RowRange | null }
    | { readonly kind: "input" | "output"; readonly index: number }
    | { readonly kind: "constant"; readonly data: View };
}

/** A kernel's pointer: a value, elements into it, and elements per iteration of each enclosing loop (outermost first). */
export interface Operand {
  readonly value: Value;
  readonly offset: number;
  readonly steps: readonly number[];
}

export interface KernelItem {
  readonly kind: "kernel";
  readonly spec: KernelSpec;
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
  readonly label: string;
  /** Whose work it is; of several, the main one. */
  readonly part?: Part | undefined;
}

export interface LoopItem {
  readonly kind: "loop";
  readonly count: number;
  readonly items: readonly Item[];
  readonly label: string;
}

export type Item = KernelItem | LoopItem;
