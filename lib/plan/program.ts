// The machine-independent description of a computation, ready to run: plain data (it survives structured
// clone and JSON). A backend knows a Program and nothing above it.

import type { DType } from "../graph/dtype.js";
import type { Part } from "../graph/part.js";

/**
 * How an operand is laid over a kernel's index space. `strides` are in elements, one per dimension of the
 * space (0 repeats the value; negative runs backwards); `offset` is in elements from the pointer passed.
 * A `virtual` operand has no memory: its value is offset + Σ index·stride (int32), which is how iota and random
 * counters are made; it takes no pointer parameter.
 */
export interface Access {
  readonly dtype: DType;
  readonly strides: readonly number[];
  readonly offset: number;
  readonly virtual?: true;
  /** The operand is a piece of a larger buffer: nothing behind it may be written. */
  readonly partial?: true;
}

/** One elementwise op inside an expression. `args` index first the inputs, then the nodes, in order. */
export interface ExprNode {
  /** Name of an elementwise op in the catalog. */
  readonly op: string;
  readonly attrs: unknown;
  readonly args: readonly number[];
  readonly dtype: DType;
}

/** A fused elementwise graph: `results` index like `args` do. */
export interface Expr {
  readonly nodes: readonly ExprNode[];
  readonly results: readonly number[];
}

/** outputs[i][index] = results[i](inputs at index), over `space`. */
export interface ElementwiseSpec {
  readonly family: "elementwise";
  readonly space: readonly number[];
  readonly inputs: readonly Access[];
  readonly outputs: readonly Access[];
  readonly expr: Expr;
}

export type Combine = "sum" | "max" | "min" | "prod" | "argmax" | "argmin";

/**
 * Over `space` (kept dimensions, outer) and `reduced` (inner): combine expr.results[0](inputs), then write through the
 * epilogue. Input accesses have strides for space then reduced. In the epilogue, value 0 is the combined
 * number, 1… are `epilogueInputs` (strides for `space` only). argmax and argmin give the first index along the
 * flattened reduced space, as int32.
 */
export interface ReduceSpec {
  readonly family: "reduce";
  readonly space: readonly number[];
  readonly reduced: readonly number[];
  readonly combine: Combine;
  readonly inputs: readonly Access[];
  readonly expr: Expr;
  readonly epilogueInputs: readonly Access[];
  readonly epilogue: Expr;
  readonly outputs: readonly Access[];
}

/**
 * For every batch index: C[m, n] = Σ_k A[m, k]·B[k, n]. `m`, `n` and `k` are lists of dimensions, so that a strided window view is
 * an operand like any other (implicit convolution). Strides: a = batch, m, k; b = batch, k, n; epilogue inputs and
 * outputs = batch, m, n. In the epilogue value 0 is the product's element, 1… are `epilogueInputs`.
 * Pointers: a, b, epilogue inputs, outputs.
 */
export interface MatmulSpec {
  readonly family: "matmul";
  readonly batch: readonly number[];
  readonly m: readonly number[];
  readonly n: readonly number[];
  readonly k: readonly number[];
  readonly a: Access;
  readonly b: Access;
  readonly epilogueInputs: readonly Access[];
  readonly epilogue: Expr;
  readonly outputs: readonly Access[];
}

/** out[i, :] = table[indices[i], :]; rows of `width` elements, contiguous. Pointers: table, indices, out. */
export interface GatherSpec {
  readonly family: "gather";
  readonly rows: number;
  readonly count: number;
  readonly width: number;
}

/** out = 0; out[indices[i], :] += values[i, :] in the order of i. Pointers: indices, values, out. */
export interface ScatterAddSpec {
  readonly family: "scatterAdd";
  readonly rows: number;
  readonly count: number;
  readonly width: number;
}

export type KernelSpec = ElementwiseSpec | ReduceSpec | MatmulSpec | GatherSpec | ScatterAddSpec;

/** Where a pointer parameter points: a buffer, bytes into it, and bytes more per iteration of each enclosing repeat (outermost first). */
export interface Pointer {
  readonly buffer: number;
  readonly byteOffset: number;
  readonly strides?: readonly number[];
}

/** Run kernel `kernel` on all its units. `workers: "one"` when splitting costs more than it gains. */
export interface CallStep {
  readonly kind: "call";
  readonly kernel: number;
  readonly pointers: readonly Pointer[];
  readonly segment: number;
  readonly workers: "all" | "one";
  readonly label: string;
  /** Whose work it is, for profiles. */
  readonly part?: Part | undefined;
}

/** Copy `rows` runs of `rowBytes` from one segment to another (staging). */
export interface CopyStep {
  readonly kind: "copy";
  readonly from: Pointer;
  readonly to: Pointer;
  readonly rows: number;
  readonly rowBytes: number;
  readonly fromStrideBytes: number;
  readonly toStrideBytes: number;
  readonly label: string;
  readonly part?: Part | undefined;
}

/** Run the steps `count` times; pointers advance by their stride of this depth. */
export interface RepeatStep {
  readonly kind: "repeat";
  readonly count: number;
  readonly steps: readonly Step[];
  readonly label: string;
}

/** Workers meet here: everything before is visible to everyone after. */
export interface BarrierStep {
  readonly kind: "barrier";
}

export type Step = CallStep | CopyStep | RepeatStep | BarrierStep;

/**
 * A buffer is either in the program's arena (`home: "arena"`, at `byteOffset` from the arena's start in its
 * segment; arenas of all programs share the same memory, so nothing survives there between runs) or `external`: bound at every
 * run to memory that outlives it (weights, optimizer slots, fed data, logs).
 */
export interface Buffer {
  readonly home: "arena" | "external";
  readonly segment: number;
  readonly byteOffset: number;
  readonly bytes: number;
  readonly name: string;
}

/** Everything a backend needs. */
export interface Program {
  readonly name: string;
  readonly kernels: readonly KernelSpec[];
  readonly buffers: readonly Buffer[];
  /** Bytes of arena by segment. */
  readonly arenaBytes: readonly number[];
  readonly steps: readonly Step[];
}
