// A compiled step on the pool, and the memory of several steps' inputs and outputs.

import { availableParallelism } from "node:os";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { Weight } from "../graph/weight.js";
import type { Value } from "../lower/lowered.js";
import type { Built } from "../plan/build.js";
import { costOf } from "../plan/cost.js";
import { printProgram } from "../plan/print.js";
import type { Step } from "../plan/program.js";
import type { Block } from "../run/wasm/heap.js";
import type { ExternalAddress, LoadedProgram, RunProfile } from "../run/wasm/pool.js";
import type { Batches, Executable, RunTimes, StepGraph } from "./backend.js";
import type { WasmBackend } from "./wasm.js";

/** Steps handed over at once should take about this long. */
const handOverNanoseconds = 4e6;

/** The weights that a program reads or writes. */
export function weightsOf(built: Built): Set<Weight> {
  return new Set([...built.externals.values()].flatMap(({ home }) => (home.kind === "weight" ? [home.weight] : [])));
}

export class WasmExecutable implements Executable {
  readonly suggestedSteps: number;
  readonly arenaBytes: number;
  readonly #backend: WasmBackend;
  readonly #graph: StepGraph;
  readonly #built: Built;
  readonly #loaded: LoadedProgram;
  readonly #weights: readonly Weight[];
  #constants: Map<Value, Block> | null = null;

  constructor(backend: WasmBackend, graph: StepGraph, built: Built, loaded: LoadedProgram) {
    this.#backend = backend;
    this.#graph = graph;
    this.#built = built;
    this.#loaded = loaded;
    this.#weights = [...weightsOf(built)];
    this.arenaBytes = built.program.arenaBytes.reduce((sum, bytes) => sum + bytes, 0);
    const nanoseconds = built.nanoseconds / Math.min(backend.threads, availableParallelism());
    this.suggestedSteps = Math.max(1, Math.min(64, Math.floor(handOverNanoseconds / Math.max(nanoseconds, 1))));
  }

  allocate(capacity: number): WasmBatches {
    return new WasmBatches(this.#backend, this.#graph, capacity);
  }

  async run(batches: Batches, steps: number): Promise<void> {
    await this.#execute(batches as WasmBatches, steps, false);
  }

  /** Milliseconds by step of the program. */
  async profile(batches: Batches, steps: number): Promise<RunTimes> {
    const measured = (await this.#execute(batches as WasmBatches, steps, true)) as RunProfile;
    return {
      milliseconds: measured.milliseconds,
      steps: measured.steps.map(({ label, kind, milliseconds, executions, byWorker, step }) => ({
        label,
        kind,
        milliseconds,
        executions,
        byWorker,
        part: ("part" in step && step.part) || null,
        ...this.#work(step),
      })),
    };
  }

  #work(step: Step): { bytes: number; flops: number } {
    if (step.kind === "copy") return { bytes: 2 * step.rows * step.rowBytes, flops: 0 };
    const spec = step.kind === "call" ? this.#built.program.kernels[step.kernel] : undefined;
    if (!spec) return { bytes: 0, flops: 0 };
    const { bytes, flops } = costOf(spec);
    return { bytes, flops };
  }

  async #execute(batches: WasmBatches, steps: number, profile: boolean): Promise<RunProfile | undefined> {
    await this.#backend.initialize(this.#weights);
    if (!this.#constants) {
      this.#constants = this.#backend.uploadConstants(this.#built);
      this.#backend.releaseWithOwner(this, [...this.#constants.values()]);
    }
    return this.#backend.execute(
      this.#loaded,
      this.#built,
      steps,
      (value) => batches.address(value),
      this.#constants,
      profile,
    );
  }

  print(): string {
    return printProgram(this.#built.program);
  }

  dispose(): void {
    this.#backend.unload(this.#loaded);
    for (const block of this.#constants?.values() ?? []) this.#backend.free(block);
    this.#constants = null;
  }
}

/** Inputs and outputs of several steps, one after the other in the heap. */
export class WasmBatches implements Batches {
  readonly capacity: number;
  readonly #backend: WasmBackend;
  readonly #inputs: readonly { block: Block; tensor: Tensor; bytes: number }[];
  readonly #outputs: readonly { block: Block; tensor: Tensor; bytes: number }[];

  constructor(backend: WasmBackend, graph: StepGraph, capacity: number) {
    this.#backend = backend;
    this.capacity = capacity;
    const make = (tensor: Tensor): { block: Block; tensor: Tensor; bytes: number } => {
      const bytes = Math.ceil((sizeOf(tensor.shape as readonly number[]) * 4) / 64) * 64;
      return { tensor, bytes, block: backend.allocate(Math.max(64, bytes * capacity)) };
    };
    this.#inputs = graph.inputs.map(make);
    this.#outputs = graph.outputs.map(make);
  }

  input(index: number, step: number): Float32Array | Int32Array {
    return this.#piece(this.#inputs[index], step);
  }

  output(index: number, step: number): Float32Array | Int32Array {
    return this.#piece(this.#outputs[index], step);
  }

  address(value: Value): ExternalAddress | null {
    const { home } = value;
    if (home.kind !== "input" && home.kind !== "output") return null;
    const { block, bytes } = (home.kind === "input" ? this.#inputs : this.#outputs)[home.index] as {
      block: Block;
      bytes: number;
    };
    return { segment: block.segment, byteOffset: block.byteOffset, strideBytes: bytes };
  }

  release(): void {
    for (const { block } of [...this.#inputs, ...this.#outputs]) this.#backend.free(block);
  }

  #piece(own: { block: Block; tensor: Tensor; bytes: number } | undefined, step: number): Float32Array | Int32Array {
    if (!own) throw new RangeError("no such input or output");
    const start = (step * own.bytes) / 4;
    return this.#backend
      .view(own.block, own.tensor.dtype)
      .subarray(start, start + sizeOf(own.tensor.shape as readonly number[]));
  }
}
