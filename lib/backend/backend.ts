// What the part that trains asks of the part that computes: compile a step's graph, feed it, read what it gives.

import type { Part } from "../graph/part.js";
import type { Tensor } from "../graph/tensor.js";
import type { Weight } from "../graph/weight.js";
import type { MemoryReport } from "./memoryReport.js";

/** Numbers as the outside world holds them; bool as 0 and 1. */
export type TensorData = Float32Array | Int32Array | Uint8Array;

/** One step as a graph: concrete placeholders in, tensors out, and what every weight holds afterwards. */
export interface StepGraph {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly updates: ReadonlyMap<Weight, Tensor>;
}

/** Room for the inputs and outputs of up to `capacity` steps. Two of them let the host fill one while the other is computed. */
export interface Batches {
  readonly capacity: number;
  /** Where to write input `index` of step `step` (float32 or int32; bool as int32 0 or 1). */
  input(index: number, step: number): Float32Array | Int32Array;
  /** What output `index` was at step `step` of the last run; valid until the next run with these batches. */
  output(index: number, step: number): Float32Array | Int32Array;
  /** Gives the memory back. */
  release(): void;
}

/** One kernel or copy of a run, a repeat around some, or a wait for other workers, as the first worker saw it. */
export interface StepTime {
  readonly label: string;
  readonly kind: "call" | "copy" | "repeat" | "barrier";
  readonly milliseconds: number;
  readonly executions: number;
  /** The milliseconds of each worker that took part. */
  readonly byWorker: readonly number[];
  /** Whose work it is. */
  readonly part: Part | null;
  /** Moved and computed by all workers in one execution, by the kernel's form; 0 of repeats and barriers. */
  readonly bytes: number;
  readonly flops: number;
}

/** Where the time of a run went. */
export interface RunTimes {
  /** From hand-over to completion. */
  readonly milliseconds: number;
  readonly steps: readonly StepTime[];
}

/** A compiled step. */
export interface Executable {
  /** Steps per hand-over that amount to a few milliseconds. */
  readonly suggestedSteps: number;
  /** Bytes of temporary memory. */
  readonly arenaBytes: number;
  allocate(capacity: number): Batches;
  /** Computes the first `steps` steps of `batches` in order, updating weights after each. */
  run(batches: Batches, steps: number): Promise<void>;
  /** Runs, and says where the time went. Raises StateError where nothing can measure that. */
  profile(batches: Batches, steps: number): Promise<RunTimes>;
  /** A readable listing of the program, with bytes and shares. */
  print(): string;
  dispose(): void;
}

/** The part that computes. One for the whole process. */
export interface Backend {
  readonly name: "wasm" | "js";
  compile(graph: StepGraph): Promise<Executable>;
  /** What `compile` and a run would take, without taking it. */
  memory(graph: StepGraph): Promise<MemoryReport>;
  /** The numbers of a weight, or those from element `start` up to `end`, made by its initializer on first use. */
  readWeight(weight: Weight, start?: number, end?: number): Promise<Float32Array | Int32Array>;
  /**
   * Replaces the numbers of a weight from element `start` (default 0) on. Pieces are written in order: the weight has numbers once the
   * last is there.
   */
  writeWeight(weight: Weight, data: ArrayLike<number>, start?: number): Promise<void>;
  /** Stops the workers and forgets all numbers. */
  dispose(): Promise<void>;
}
