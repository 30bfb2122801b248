// What an op says about itself. Everything else (sharing, batching, gradients of graphs, fusion, kernels, tests of laws)
// follows from these few members.

import type { DType } from "./dtype.js";
import type { Lane, Lanes } from "./lanes.js";
import type { Tensor } from "./tensor.js";

/** Shape and dtype of a value. Ops see whole numbers only; the unknown batch (null) lives outside of them. */
export interface Spec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A value on the oracle: contiguous, row-major. bool holds 0 or 1. */
export interface View extends Spec {
  readonly data: Float32Array | Float64Array | Int32Array;
}

/** One run of an op that the laws try. `range` bounds the random inputs, one pair per input ([-2, 2] unless said). */
export interface Sample<A> {
  readonly inputs: readonly Spec[];
  readonly attrs: A;
  readonly range?: readonly (readonly [number, number])[];
}

/** What a gradient rule may look at. */
export interface VjpContext<A> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attrs: A;
  /** Reverse mode on a graph inside of an attribute (the body of a scan): Σ grads·∂outputs/∂wrt, null where there is none. */
  gradients(
    outputs: readonly Tensor[],
    grads: readonly (Tensor | null)[],
    wrt: readonly Tensor[],
  ): readonly (Tensor | null)[];
  /** Says that `after` is worth the same as `before` and shall be computed instead (a scan that also keeps what its gradient needs). */
  replace(before: Tensor, after: Tensor): void;
}

/** How a value lies in memory: elements from the buffer's start, and elements per step of each dimension. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

export type OpKind = "elementwise" | "view" | "reduce" | "contract" | "control" | "opaque";

// Attributes are plain data (numbers, strings, lists, records); `scan` alone holds a graph.
export interface Op<A = unknown> {
  readonly name: string;
  readonly kind: OpKind;
  /** Shape rule. Throws a WeftError that says what was expected. */
  infer(inputs: readonly Spec[], attrs: A): readonly Spec[];
  /**
   * Gradient rule: gradients of the outputs (null = no one asked) to gradients of the inputs, as a graph of ops. Absent: the op
   * has no gradient (comparison, argmax).
   */
  vjp?(grads: readonly (Tensor | null)[], at: VjpContext<A>): readonly (Tensor | null)[];
  /** The meaning, slowly and obviously: fills `outputs`, which are zeroed. */
  reference(inputs: readonly View[], outputs: readonly View[], attrs: A): void;
  /** Inputs for the laws. */
  samples(): Iterable<Sample<A>>;
  /** Elementwise ops: the same meaning in lanes. */
  emit?(k: Lanes, args: readonly Lane[], attrs: A): Lane;
  /** Views: where the output lies, given where the input lies; null when these strides can't say it and a copy is needed. */
  layout?(input: Layout, spec: Spec, attrs: A): Layout | null;
  /** Written out in other ops as soon as all sizes are known: such an op stands in models only, never in a step. */
  compose?(inputs: readonly Tensor[], attrs: A): readonly Tensor[];
  /** The op said in simpler ops, for those that have no kernel of their own. */
  expand?(inputs: readonly Tensor[], attrs: A): readonly Tensor[];
}
