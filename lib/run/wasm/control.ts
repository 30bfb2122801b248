// What the main thread and its workers agree on: the words of the control block, the mail, and the table of addresses
// that a program runs with. Everything of one hand-over is in these words; mail only brings programs and segments.

import type { MessagePort } from "node:worker_threads";
import type { Step } from "../../plan/program.js";
import type { CompiledKernels } from "./compiled.js";

/** Indices into the control block, an Int32Array over shared memory. What different threads write lies in different cache lines. */
export const word = {
  /** Written by the main thread before a hand-over: the program, how often, how many workers take part, and whether to measure. */
  program: 0,
  repeat: 1,
  participants: 2,
  profile: 3,
  /** 1 ends the workers. */
  exit: 4,
  /** How many messages were posted so far: a worker looks into its mail only when this has changed. */
  mail: 5,
  arrived: 16,
  generation: 32,
  /** Nonzero when the run cannot go on: all leave it at the next barrier. */
  abort: 33,
  sleepers: 48,
  finished: 64,
  /** Number + 1 of the worker that failed first, or 0. */
  failed: 65,
  /** Counts completed hand-overs; the main thread waits for it. */
  done: 80,
  /** One line per worker: its count of hand-overs. */
  sequence: 96,
} as const;

export function sequenceWord(worker: number): number {
  return word.sequence + worker * 16;
}

export function makeControl(workers: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * sequenceWord(workers)));
}

/** What a worker is started with. */
export interface WorkerSetup {
  readonly worker: number;
  readonly control: Int32Array;
  readonly port: MessagePort;
}

/** A program as workers need it. */
export interface WorkerProgram {
  readonly id: number;
  readonly steps: readonly Step[];
  /** Program segment of every buffer. */
  readonly bufferSegments: readonly number[];
  readonly code: CompiledKernels;
  /** Units of work of every kernel. */
  readonly units: readonly number[];
  /** How many workers take part: those with the lowest numbers. */
  readonly participants: number;
  readonly table: Int32Array;
}

/**
 * The table of addresses of a program, rewritten by the main thread between runs. For each program segment: the heap
 * segment, the address of worker 0's scratch, and bytes to the next worker's. For each buffer: its address, and bytes by which it
 * moves at each repetition of the program. Addresses are uint32 in int32 words.
 */
export const segmentEntryWords = 3;
export const bufferEntryWords = 2;

export type Mail =
  | { readonly kind: "load"; readonly program: WorkerProgram }
  | { readonly kind: "unload"; readonly id: number }
  | { readonly kind: "segment"; readonly memory: WebAssembly.Memory };

/** What workers answer, through the same port, before they count as finished. */
export type Report =
  | { readonly kind: "failure"; readonly step: number | undefined; readonly reason: string }
  | { readonly kind: "profile"; readonly milliseconds: Float64Array; readonly counts: Float64Array };

/** All steps in the order in which they are numbered: a repeat first, then its body. */
export function numberSteps(steps: readonly Step[], depth = 0): { step: Step; depth: number }[] {
  return steps.flatMap((step) => [
    { step, depth },
    ...(step.kind === "repeat" ? numberSteps(step.steps, depth + 1) : []),
  ]);
}

/** The part of `count` things that is one worker's. Few things go to the first workers. */
export function share(count: number, worker: number, workers: number): { start: number; end: number } {
  return { start: Math.ceil((count * worker) / workers), end: Math.ceil((count * (worker + 1)) / workers) };
}
