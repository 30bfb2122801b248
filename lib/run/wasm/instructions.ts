// From a program's steps to one worker's instructions: those in which it has a share, with the arguments to call kernels
// with, and lists that say which argument is which address and when it moves.

import type { CallStep, CopyStep, Pointer, Step } from "../../plan/program.js";
import { share, type WorkerProgram } from "./control.js";
import { lineBytes } from "./ranges.js";

export type Kernel = (...args: number[]) => void;

export interface Call {
  readonly kind: "call";
  /** Number of the step. */
  readonly index: number;
  readonly kernel: number;
  /** Of the program. */
  readonly segment: number;
  /** start, end, scratch, pointers: what the kernel is called with. */
  readonly args: number[];
  target: Kernel;
}

export interface Copy {
  readonly kind: "copy";
  readonly index: number;
  /** Segments of the program. */
  readonly fromSegment: number;
  readonly toSegment: number;
  readonly runs: number;
  readonly runBytes: number;
  readonly fromStrideBytes: number;
  readonly toStrideBytes: number;
  /** from, to. */
  readonly args: number[];
}

export interface Repeat {
  readonly kind: "repeat";
  readonly index: number;
  readonly count: number;
  readonly body: readonly Instruction[];
  readonly moves: readonly Move[];
}

export interface Meet {
  readonly kind: "barrier";
  readonly index: number;
}

export type Instruction = Call | Copy | Repeat | Meet;

/** args[position] is the address `byteOffset` bytes into a buffer. */
export interface Site {
  readonly args: number[];
  readonly position: number;
  readonly buffer: number;
  readonly byteOffset: number;
}

/** args[position] moves by `bytes` after each iteration of a repeat. */
export interface Move {
  readonly args: number[];
  readonly position: number;
  readonly bytes: number;
}

/** Index of the scratch address in a call's arguments. */
export const scratchPosition = 2;

/** Smaller copies are left to the first worker: another one would not be done sooner. */
const smallCopyBytes = 16384;

export class Compiler {
  readonly calls: Call[] = [];
  readonly sites: Site[] = [];
  stepCount = 0;
  readonly #program: WorkerProgram;
  readonly #worker: number;

  constructor(program: WorkerProgram, worker: number) {
    this.#program = program;
    this.#worker = worker;
  }

  /** `path` holds, outermost first, the list of moves of each repeat around the steps. */
  compile(steps: readonly Step[], path: readonly Move[][] = []): Instruction[] {
    const list: Instruction[] = [];
    for (const step of steps) {
      const instruction = this.#compileStep(step, this.stepCount++, path);
      if (instruction !== undefined) list.push(instruction);
    }
    return list;
  }

  #compileStep(step: Step, index: number, path: readonly Move[][]): Instruction | undefined {
    switch (step.kind) {
      case "call":
        return this.#call(step, index, path);
      case "copy":
        return this.#copy(step, index, path);
      case "barrier":
        return this.#program.participants > 1 ? { kind: "barrier", index } : undefined;
      case "repeat": {
        const moves: Move[] = [];
        const body = this.compile(step.steps, [...path, moves]);
        return { kind: "repeat", index, count: step.count, body, moves };
      }
    }
  }

  #call(step: CallStep, index: number, path: readonly Move[][]): Call | undefined {
    const units = this.#program.units[step.kernel] ?? 0;
    const { start, end } = this.#share(units, step.workers === "one");
    if (start >= end) return undefined;
    const args = [start, end, 0];
    for (const pointer of step.pointers) this.#place(args, pointer, path);
    const { kernel, segment } = step;
    const call: Call = { kind: "call", index, kernel, segment, args, target: unlinked };
    this.calls.push(call);
    return call;
  }

  /** Rows are split over the workers; fewer rows than workers are split in themselves. */
  #copy(step: CopyStep, index: number, path: readonly Move[][]): Copy | undefined {
    const { rows, rowBytes, fromStrideBytes, toStrideBytes } = step;
    const alone = rows * rowBytes < smallCopyBytes;
    const byRows = rows >= this.#program.participants;
    const { start, end } = this.#share(byRows ? rows : Math.ceil(rowBytes / lineBytes), alone);
    if (start >= end) return undefined;
    const args: number[] = [];
    const at = byRows
      ? { from: start * fromStrideBytes, to: start * toStrideBytes }
      : { from: start * lineBytes, to: start * lineBytes };
    this.#place(args, step.from, path, at.from);
    this.#place(args, step.to, path, at.to);
    let runs = byRows ? end - start : rows;
    let runBytes = byRows ? rowBytes : Math.min(end * lineBytes, rowBytes) - start * lineBytes;
    if (runBytes === fromStrideBytes && runBytes === toStrideBytes) {
      runBytes *= runs;
      runs = 1;
    }
    const { bufferSegments } = this.#program;
    const fromSegment = bufferSegments[step.from.buffer]!;
    const toSegment = bufferSegments[step.to.buffer]!;
    return { kind: "copy", index, fromSegment, toSegment, runs, runBytes, fromStrideBytes, toStrideBytes, args };
  }

  #share(count: number, alone: boolean): { start: number; end: number } {
    if (!alone) return share(count, this.#worker, this.#program.participants);
    return { start: 0, end: this.#worker === 0 ? count : 0 };
  }

  /** Appends the pointer's address to the arguments and notes everything that moves it. */
  #place(args: number[], pointer: Pointer, path: readonly Move[][], moreBytes = 0): void {
    const position = args.push(0) - 1;
    this.sites.push({ args, position, buffer: pointer.buffer, byteOffset: pointer.byteOffset + moreBytes });
    pointer.strides?.forEach((bytes, depth) => {
      if (bytes !== 0) path[depth]?.push({ args, position, bytes });
    });
  }
}

/** What a call without a function calls. */
export function unlinked(): never {
  throw new Error("the program's module has no function for this kernel");
}
