// The law of plans, by walking a program's plain data as the workers do, word by word: what a step reads is what was last written
// there under the same buffer's name, nothing lies outside of its buffer, and between two steps that touch a word, one of them
// writing, all workers meet. None of the planner's own functions is used: only what program.ts says that its fields mean.

import type { Access, Buffer, CallStep, CopyStep, KernelSpec, Pointer, Program, Step } from "../../lib/plan/program.js";

/** Buffers larger than this (in words) have their bounds checked only. */
const largestWatched = 2 ** 20;

/** An operand: where its indices run and how they map to words. */
interface Operand {
  readonly strides: readonly number[];
  readonly space: readonly number[];
  readonly offset: number;
}

interface Operands {
  readonly operands: readonly Operand[];
  /** How many of them, at the end, are written. */
  readonly writes: number;
}

/** The operands of a kernel in the order of its pointers. */
function operandsOf(spec: KernelSpec): Operands {
  const over = (space: readonly number[], accesses: readonly Access[]): Operand[] =>
    accesses.filter((access) => !access.virtual).map(({ strides, offset }) => ({ strides, offset, space }));
  const run = (words: number): Operand => ({ strides: [1], space: [words], offset: 0 });
  switch (spec.family) {
    case "elementwise":
      return { operands: over(spec.space, [...spec.inputs, ...spec.outputs]), writes: spec.outputs.length };
    case "reduce": {
      const inputs = over([...spec.space, ...spec.reduced], spec.inputs);
      const rest = over(spec.space, [...spec.epilogueInputs, ...spec.outputs]);
      return { operands: [...inputs, ...rest], writes: spec.outputs.length };
    }
    case "matmul": {
      const a = over([...spec.batch, ...spec.m, ...spec.k], [spec.a]);
      const b = over([...spec.batch, ...spec.k, ...spec.n], [spec.b]);
      const rest = over([...spec.batch, ...spec.m, ...spec.n], [...spec.epilogueInputs, ...spec.outputs]);
      return { operands: [...a, ...b, ...rest], writes: spec.outputs.length };
    }
    case "gather":
      return { operands: [run(spec.rows * spec.width), run(spec.count), run(spec.count * spec.width)], writes: 1 };
    case "scatterAdd":
      return { operands: [run(spec.count), run(spec.count * spec.width), run(spec.rows * spec.width)], writes: 1 };
  }
}

/** What is known about every word of an arena, or of a buffer that outlives the program. */
class Words {
  /** The buffer whose value lies here; -1 for none. */
  readonly owner: Int32Array;
  /** When it was last written, and last read by one worker and by all. */
  readonly written: Int32Array;
  readonly readByOne: Int32Array;
  readonly readByAll: Int32Array;

  constructor(count: number, owner: number) {
    this.owner = new Int32Array(count).fill(owner);
    this.written = new Int32Array(count);
    this.readByOne = new Int32Array(count);
    this.readByAll = new Int32Array(count);
  }
}

type Work = CallStep | CopyStep;

/** One worker does all of it, in order with whatever else that worker does. */
const alone = (step: Work): boolean => step.kind === "call" && step.workers === "one";

/** Everything that is wrong with one run of the plan, in words. Between runs all workers meet. */
export function planFaults(program: Program): string[] {
  const walk = new Walk(program);
  walk.steps(program.steps, []);
  return [...walk.faults];
}

class Walk {
  readonly faults = new Set<string>();
  readonly #program: Program;
  readonly #arenas: readonly Words[];
  readonly #external = new Map<number, Words>();
  /** What was done at each moment; moments begin at 1. */
  readonly #done: Work[] = [];
  readonly #operands = new Map<number, Operands>();
  /** The last moment before the workers met. */
  #met = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#arenas = program.arenaBytes.map((bytes) => new Words(Math.ceil(bytes / 4), -1));
    program.buffers.forEach(({ home, bytes }, i) => {
      if (home === "external" && bytes / 4 <= largestWatched) this.#external.set(i, new Words(bytes / 4, i));
    });
  }

  steps(steps: readonly Step[], at: readonly number[]): void {
    for (const step of steps) {
      if (step.kind === "barrier") this.#met = this.#done.length;
      else if (step.kind === "repeat") for (let i = 0; i < step.count; i++) this.steps(step.steps, [...at, i]);
      else if (step.kind === "call") this.#call(step, at);
      else this.#copy(step, at);
    }
  }

  #copy(step: CopyStep, at: readonly number[]): void {
    const side = (pointer: Pointer, strideBytes: number, writes: boolean): Touch =>
      this.#touch(step, pointer, at, writes, {
        space: [step.rows, step.rowBytes / 4],
        strides: [strideBytes / 4, 1],
        offset: 0,
      });
    const [from, to] = [side(step.from, step.fromStrideBytes, false), side(step.to, step.toStrideBytes, true)];
    // What isn't the buffer's own may be carried along, and is worth no more there than here.
    const foreign: boolean[] = [];
    let copied = 0;
    if (from.words && to.words)
      forEachRun(from, (first, end) => {
        for (let word = first; word < end; word++) foreign[copied++] = from.words?.owner[word] !== from.buffer;
      });
    this.#do(step, [from, to]);
    copied = 0;
    if (foreign.includes(true))
      forEachRun(to, (first, end) => {
        for (let word = first; word < end; word++) if (foreign[copied++] && to.words) to.words.owner[word] = -1;
      });
  }

  #call(step: CallStep, at: readonly number[]): void {
    const found = this.#operands.get(step.kernel) ?? operandsOf(this.#program.kernels[step.kernel] as KernelSpec);
    this.#operands.set(step.kernel, found);
    const { operands, writes } = found;
    if (operands.length !== step.pointers.length) {
      this.#fault(step, `has ${step.pointers.length} pointers for ${operands.length} operands`);
      return;
    }
    const touches = operands.map((operand, i) =>
      this.#touch(step, step.pointers[i] as Pointer, at, i >= operands.length - writes, operand),
    );
    for (const { segment } of touches)
      if (segment !== step.segment) this.#fault(step, `reaches into segment ${segment}`);
    this.#do(step, touches);
  }

  /** An operand with its place in memory; faults if that is not all inside of the buffer. */
  #touch(step: Work, pointer: Pointer, at: readonly number[], writes: boolean, operand: Operand): Touch {
    const buffer = this.#program.buffers[pointer.buffer] as Buffer;
    const moved = (pointer.strides ?? []).reduce((sum, stride, depth) => sum + stride * (at[depth] as number), 0);
    const start = (pointer.byteOffset + moved) / 4 + operand.offset;
    const reach = operand.strides.map((stride, axis) => stride * ((operand.space[axis] as number) - 1));
    const low = start + reach.reduce((sum, own) => sum + Math.min(own, 0), 0);
    const high = start + reach.reduce((sum, own) => sum + Math.max(own, 0), 0);
    const inside = low >= 0 && (high + 1) * 4 <= buffer.bytes;
    if (!inside) this.#fault(step, `touches words ${low} to ${high} of ${buffer.bytes / 4} in "${buffer.name}"`);
    const inArena = buffer.home === "arena";
    return {
      buffer: pointer.buffer,
      segment: buffer.segment,
      words: !inside ? undefined : inArena ? this.#arenas[buffer.segment] : this.#external.get(pointer.buffer),
      start: start + (inArena ? buffer.byteOffset / 4 : 0),
      operand,
      writes,
    };
  }

  /** All reads of a step, then all its writes. */
  #do(step: Work, touches: readonly Touch[]): void {
    this.#done.push(step);
    const written = touches.filter(({ writes }) => writes);
    for (const touch of touches) if (!touch.writes) this.#read(step, touch, written);
    for (const touch of written) this.#write(step, touch);
  }

  #read(step: Work, touch: Touch, written: readonly Touch[]): void {
    const { words, buffer } = touch;
    if (!words) return;
    const { owner, written: writes } = words;
    const reads = alone(step) ? words.readByOne : words.readByAll;
    const now = this.#done.length;
    // Where each unit of the step writes just what it has read, writing over it harms nobody.
    const kept = written.some((own) => sameWords(own, touch));
    forEachRun(touch, (from, to) => {
      for (let word = from; word < to; word++) {
        if (owner[word] !== buffer && step.kind === "call")
          this.#fault(step, `reads ${this.#name(buffer)} where ${this.#name(owner[word] as number)} is`);
        if ((writes[word] as number) > this.#met) this.#meets(step, writes[word] as number, "reads", buffer);
        if (!kept) reads[word] = now;
      }
    });
  }

  #write(step: Work, touch: Touch): void {
    const { words, buffer } = touch;
    if (!words) return;
    const { owner, written, readByOne, readByAll } = words;
    const now = this.#done.length;
    forEachRun(touch, (from, to) => {
      for (let word = from; word < to; word++) {
        for (const before of [written[word], readByOne[word], readByAll[word]] as number[]) {
          if (before > this.#met) this.#meets(step, before, "writes", buffer);
        }
        if (readByOne[word] === now || readByAll[word] === now)
          this.#fault(step, `writes ${this.#name(buffer)} over what it reads`);
        owner[word] = buffer;
        written[word] = now;
      }
    });
  }

  /** Faults if what was done at `moment`, since workers met, may still be under way. */
  #meets(step: Work, moment: number, what: string, buffer: number): void {
    if (moment === this.#done.length) return;
    const before = this.#done[moment - 1] as Work;
    if (!(alone(step) && alone(before)))
      this.#fault(step, `${what} ${this.#name(buffer)} while it is used by "${before.label}"`);
  }

  #name(buffer: number): string {
    return buffer < 0 ? "nothing" : `"${this.#program.buffers[buffer]?.name}" (buffer ${buffer})`;
  }

  #fault(step: Work, what: string): void {
    this.faults.add(`${this.#program.name}: "${step.label}" ${what}`);
  }
}

interface Touch {
  readonly buffer: number;
  readonly segment: number;
  /** Absent where words aren't watched. */
  readonly words: Words | undefined;
  readonly start: number;
  readonly operand: Operand;
  readonly writes: boolean;
}

const sameWords = (a: Touch, b: Touch): boolean =>
  a.words === b.words &&
  a.start === b.start &&
  a.operand.strides.join() === b.operand.strides.join() &&
  a.operand.space.join() === b.operand.space.join();

/** The words of an operand as runs of neighbours, from where it starts: [first, count, first, count, …]. */
function runsOf({ space, strides }: Operand): readonly number[] {
  if (space.includes(0)) return [];
  // A stride of 0 is the same words again; a negative one the same words from the other end.
  const axes = space
    .map((size, axis) => ({ size, stride: Math.abs(strides[axis] as number) }))
    .filter(({ size, stride }) => size > 1 && stride !== 0)
    .sort((x, y) => x.stride - y.stride);
  const start = space.reduce((sum, size, axis) => sum + Math.min(0, (strides[axis] as number) * (size - 1)), 0);
  let count = 1;
  while (axes[0] && axes[0].stride <= count) {
    const { size, stride } = axes.shift() as { size: number; stride: number };
    count += (size - 1) * stride;
  }
  const runs: number[] = [];
  const walk = (axis: number, first: number): void => {
    const next = axes[axis];
    if (next) for (let i = 0; i < next.size; i++) walk(axis + 1, first + i * next.stride);
    else runs.push(first, count);
  };
  walk(0, start);
  return runs;
}

const knownRuns = new WeakMap<Operand, readonly number[]>();

/** Runs of words: [from, to), …. */
function forEachRun({ operand, start }: Touch, visit: (from: number, to: number) => void): void {
  let runs = knownRuns.get(operand);
  if (!runs) {
    runs = runsOf(operand);
    knownRuns.set(operand, runs);
  }
  for (let i = 0; i < runs.length; i += 2) {
    const from = start + (runs[i] as number);
    visit(from, from + (runs[i + 1] as number));
  }
}
