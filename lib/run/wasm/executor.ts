// One worker's part of one program, ready to run any number of times. Addresses are kept as int32 in the arguments of the
// instructions and moved in place; where everything lies comes from the program's table at each run.

import type { Barrier } from "./barrier.js";
import { bufferEntryWords, segmentEntryWords, type WorkerProgram } from "./control.js";
import {
  Compiler,
  type Copy,
  type Instruction,
  type Kernel,
  type Repeat,
  scratchPosition,
  unlinked,
} from "./instructions.js";

/** What the executor needs of its worker. */
export interface Seat {
  readonly worker: number;
  readonly barrier: Barrier;
  /** The heap's segments. */
  readonly memories: readonly WebAssembly.Memory[];
}

/** Milliseconds and executions of each step, as one worker saw them. */
export interface StepTimes {
  readonly milliseconds: Float64Array;
  readonly counts: Float64Array;
}

export class Executor {
  /** Number of the step that is being executed, once there is one. */
  at: number | undefined;
  readonly #program: WorkerProgram;
  readonly #seat: Seat;
  readonly #compiled: Compiler;
  readonly #instructions: readonly Instruction[];
  /** The program's functions in each heap segment where it has run. */
  readonly #kernels = new Map<number, readonly Kernel[]>();
  /** Heap segment of each program segment: the calls are linked to these. */
  #linked: readonly number[] = [];
  /** All bytes of each heap segment that the program touches. */
  readonly #views: Uint8Array[] = [];

  constructor(program: WorkerProgram, seat: Seat) {
    this.#program = program;
    this.#seat = seat;
    this.#compiled = new Compiler(program, seat.worker);
    this.#instructions = this.#compiled.compile(program.steps);
  }

  /**
   * Runs the program `repeat` times and gives the time of each step if asked to. The workers meet between repetitions,
   * as one may read what the one before wrote.
   */
  run(repeat: number, timed: boolean): StepTimes | undefined {
    this.at = undefined;
    this.#link();
    const { table, bufferSegments, participants, steps } = this.#program;
    // Asked of the steps, which are the same for all workers; the last instruction is not.
    const meets = steps.at(-1)?.kind !== "barrier";
    const firstEntry = table.length - bufferSegments.length * bufferEntryWords;
    const bases = bufferSegments.map((_, buffer) => table[firstEntry + buffer * bufferEntryWords]!);
    const strides = bufferSegments.map((_, buffer) => table[firstEntry + buffer * bufferEntryWords + 1]!);
    const times = timed ? this.#clock() : undefined;
    for (let iteration = 0; iteration < repeat; iteration++) {
      if (iteration > 0) {
        if (meets) this.#seat.barrier.wait(participants);
        for (let buffer = 0; buffer < bases.length; buffer++) bases[buffer] = (bases[buffer]! + strides[buffer]!) | 0;
      }
      for (const { args, position, buffer, byteOffset } of this.#compiled.sites) {
        args[position] = (bases[buffer]! + byteOffset) | 0;
      }
      if (times === undefined) this.#play(this.#instructions);
      else this.#playTimed(this.#instructions, times);
    }
    return times;
  }

  #clock(): StepTimes {
    const { stepCount } = this.#compiled;
    return { milliseconds: new Float64Array(stepCount), counts: new Float64Array(stepCount) };
  }

  #play(list: readonly Instruction[]): void {
    for (let i = 0; i < list.length; i++) {
      const instruction = list[i]!;
      switch (instruction.kind) {
        case "call":
          this.at = instruction.index;
          instruction.target(...instruction.args);
          break;
        case "copy":
          this.at = instruction.index;
          this.#copy(instruction);
          break;
        case "repeat":
          for (let turn = 0; turn < instruction.count; turn++) {
            this.#play(instruction.body);
            advance(instruction, 1);
          }
          advance(instruction, -instruction.count);
          break;
        case "barrier":
          this.#seat.barrier.wait(this.#program.participants);
      }
    }
  }

  /** `#play` with a clock at each step. A repeat's time includes that of its body. */
  #playTimed(list: readonly Instruction[], times: StepTimes): void {
    for (const instruction of list) {
      const began = performance.now();
      if (instruction.kind === "repeat") {
        for (let turn = 0; turn < instruction.count; turn++) {
          this.#playTimed(instruction.body, times);
          advance(instruction, 1);
        }
        advance(instruction, -instruction.count);
      } else {
        this.#play([instruction]);
      }
      times.milliseconds[instruction.index]! += performance.now() - began;
      times.counts[instruction.index]! += 1;
    }
  }

  #copy({ fromSegment, toSegment, runs, runBytes, fromStrideBytes, toStrideBytes, args }: Copy): void {
    const from = this.#views[this.#linked[fromSegment]!]!;
    const to = this.#views[this.#linked[toSegment]!]!;
    for (let run = 0; run < runs; run++) {
      const start = (args[0]! >>> 0) + run * fromStrideBytes;
      to.set(from.subarray(start, start + runBytes), (args[1]! >>> 0) + run * toStrideBytes);
    }
  }

  /** Takes from the table which heap segments the program runs in, and where its scratch is. */
  #link(): void {
    const { table, bufferSegments } = this.#program;
    const segments = (table.length - bufferSegments.length * bufferEntryWords) / segmentEntryWords;
    const linked: number[] = [];
    for (let segment = 0; segment < segments; segment++) linked.push(table[segment * segmentEntryWords]!);
    const before = this.#linked;
    // Nothing counts as linked if this fails half-way.
    this.#linked = [];
    for (const call of this.#compiled.calls) {
      const entry = call.segment * segmentEntryWords;
      call.args[scratchPosition] = (table[entry + 1]! + this.#seat.worker * table[entry + 2]!) | 0;
      if (before[call.segment] === linked[call.segment]) continue;
      call.target = this.#kernelsIn(linked[call.segment]!)[call.kernel] ?? unlinked;
    }
    for (const segment of linked) {
      const memory = this.#seat.memories[segment];
      // A segment that grew has a new buffer.
      if (memory !== undefined && this.#views[segment]?.buffer !== memory.buffer) {
        this.#views[segment] = new Uint8Array(memory.buffer);
      }
    }
    this.#linked = linked;
  }

  #kernelsIn(heapSegment: number): readonly Kernel[] {
    let kernels = this.#kernels.get(heapSegment);
    if (kernels === undefined) {
      const memory = this.#seat.memories[heapSegment];
      if (memory === undefined)
        throw new Error(`heap segment ${heapSegment} is not known to worker ${this.#seat.worker}`);
      const { code } = this.#program;
      const instances = code.modules.map((module) => new WebAssembly.Instance(module, { env: { memory } }));
      kernels = code.kernels.map(({ module, name }) => instances[module]?.exports[name] as Kernel);
      this.#kernels.set(heapSegment, kernels);
    }
    return kernels;
  }
}

/** Moves the addresses that a repeat moves by so many of its iterations. */
function advance({ moves }: Repeat, iterations: number): void {
  for (const { args, position, bytes } of moves) args[position] = (args[position]! + Math.imul(iterations, bytes)) | 0;
}
