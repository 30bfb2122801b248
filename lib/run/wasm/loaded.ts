// A program in the pool: what the workers get of it, and where it is bound to run.

import type { Program, Step } from "../../plan/program.js";
import type { CompiledKernels } from "./compiled.js";
import { bufferEntryWords, numberSteps, segmentEntryWords, type WorkerProgram } from "./control.js";
import type { StepTimes } from "./executor.js";
import type { Address } from "./heap.js";

/** Memory for an external buffer; each repetition of the program finds it `strideBytes` further on (0 unless said). */
export interface ExternalAddress extends Address {
  readonly strideBytes?: number;
}

/** Where every worker's scratch lies in a heap segment. */
export interface Scratch {
  readonly byteOffset: number;
  readonly strideBytes: number;
}

export interface StepProfile {
  readonly label: string;
  readonly kind: Step["kind"];
  /** How many repeats are around the step. */
  readonly depth: number;
  /** Of worker 0, over all executions. A repeat includes its body; a barrier is time spent waiting. */
  readonly milliseconds: number;
  readonly executions: number;
  /** The milliseconds of each worker that took part. */
  readonly byWorker: readonly number[];
  readonly step: Step;
}

/** Where the time of a run went. */
export interface RunProfile {
  /** From hand-over to completion, on the main thread. */
  readonly milliseconds: number;
  readonly steps: readonly StepProfile[];
}

let loadedPrograms = 0;

/** Made by `Pool.load`. */
export class LoadedProgram {
  readonly name: string;
  readonly worker: WorkerProgram;
  readonly scratchBytes: number;
  readonly #program: Program;
  /** What the table will say, but for the scratch; undefined until bound. */
  #binding: Int32Array | undefined;
  #changed = false;

  constructor(
    program: Program,
    code: CompiledKernels,
    units: readonly number[],
    scratchBytes: number,
    threads: number,
  ) {
    if (units.length !== program.kernels.length) {
      throw new RangeError(
        `program "${program.name}" has ${program.kernels.length} kernels, but units for ${units.length}`,
      );
    }
    this.name = program.name;
    this.scratchBytes = scratchBytes;
    this.#program = program;
    const { steps, buffers } = program;
    const words = segmentCount(program) * segmentEntryWords + buffers.length * bufferEntryWords;
    this.worker = {
      id: loadedPrograms++,
      steps,
      bufferSegments: buffers.map((buffer) => buffer.segment),
      code,
      units,
      participants: isSmall(steps) ? 1 : threads,
      table: new Int32Array(new SharedArrayBuffer(4 * words)),
    };
  }

  /** `externals` in the order of the program's external buffers; `arenas` by program segment. */
  bind(externals: readonly ExternalAddress[], arenas: readonly Address[]): void {
    const { buffers, name } = this.#program;
    const segments = segmentCount(this.#program);
    const wanted = buffers.filter((buffer) => buffer.home === "external").length;
    if (externals.length !== wanted || arenas.length < segments) {
      throw new RangeError(
        `program "${name}" expects ${wanted} addresses and ${segments} arenas, received ${externals.length} and ${arenas.length}`,
      );
    }
    const binding = new Int32Array(this.worker.table.length);
    for (let segment = 0; segment < segments; segment++)
      binding[segment * segmentEntryWords] = arenas[segment]!.segment;
    let entry = segments * segmentEntryWords;
    let next = 0;
    for (const buffer of buffers) {
      const arena = arenas[buffer.segment]!;
      const external = buffer.home === "external" ? externals[next++]! : undefined;
      if (external !== undefined && external.segment !== arena.segment) {
        throw new RangeError(
          `program "${name}" expects buffer "${buffer.name}" in heap segment ${arena.segment}, received segment ${external.segment}`,
        );
      }
      // Storing into int32 keeps the low 32 bits, which is all that an address has.
      binding[entry] = external?.byteOffset ?? arena.byteOffset + buffer.byteOffset;
      binding[entry + 1] = external?.strideBytes ?? 0;
      entry += bufferEntryWords;
    }
    this.#binding = binding;
    this.#changed = true;
  }

  /** Brings the table up to date. Only between runs: workers read it. */
  prepare(scratch: (heapSegment: number) => Scratch, scratchMoved: boolean): void {
    const binding = this.#binding;
    if (binding === undefined) throw new Error(`program "${this.name}" was not bound to memory`);
    if (!this.#changed && !scratchMoved) return;
    const { table } = this.worker;
    table.set(binding);
    for (let segment = 0; segment < segmentCount(this.#program); segment++) {
      const entry = segment * segmentEntryWords;
      const { byteOffset, strideBytes } = scratch(binding[entry]!);
      table[entry + 1] = byteOffset;
      table[entry + 2] = strideBytes;
    }
    this.#changed = false;
  }

  /** Heap segments that the binding uses. */
  heapSegments(): number[] {
    const segments = segmentCount(this.#program);
    return Array.from({ length: segments }, (_, segment) => this.#binding?.[segment * segmentEntryWords] ?? 0);
  }

  describe(step: number): string {
    const numbered = numberSteps(this.#program.steps)[step];
    const label = numbered === undefined || numbered.step.kind === "barrier" ? `step ${step}` : numbered.step.label;
    return `"${label}" of program "${this.name}"`;
  }

  /** `times` of each worker that took part. */
  profile(times: readonly StepTimes[], milliseconds: number): RunProfile {
    const steps = numberSteps(this.#program.steps).map(({ step, depth }, index): StepProfile => {
      const label = step.kind === "barrier" ? "barrier" : step.label;
      return {
        label,
        kind: step.kind,
        depth,
        milliseconds: times[0]?.milliseconds[index] ?? 0,
        executions: times[0]?.counts[index] ?? 0,
        byWorker: times.map((one) => one.milliseconds[index] ?? 0),
        step,
      };
    });
    return { milliseconds, steps };
  }
}

function segmentCount({ arenaBytes, buffers }: Program): number {
  return buffers.reduce((count, buffer) => Math.max(count, buffer.segment + 1), arenaBytes.length);
}

/** Whether nothing is worth a second worker: the others then sleep on. */
function isSmall(steps: readonly Step[]): boolean {
  return numberSteps(steps).every(({ step }) => step.kind !== "call" || step.workers === "one");
}
