// Hands batches over to the backend, several at a time, filling the next ones while the last are computed.

import type { Batches as Memory } from "../backend/backend.js";
import { Pace } from "../graph/turns.js";
import type { Batch, Batches } from "./batches.js";
import type { Compiled } from "./compile.js";
import { fill, keyOf, type Programs, type StepProgram } from "./programs.js";
import type { StepKind } from "./step.js";

/** Steps that have been computed; outputs can be read until `after` returns. */
export interface Done {
  readonly program: StepProgram;
  readonly memory: Memory;
  readonly batches: readonly Batch[];
  /** Number of the first of them in this pass. */
  readonly first: number;
}

export interface RunOptions {
  readonly kind: StepKind;
  readonly programs: Programs;
  readonly compiled: Compiled | null;
  readonly batches: Batches;
  /** Steps one at a time, each reported before the next begins. */
  readonly strict?: boolean;
  /** Also reports values that aren't finite. */
  readonly watch?: boolean;
  /** Means start anew with the first step. */
  readonly startAnew: boolean;
  /** Number of the first step. Default 0. */
  readonly from?: number | undefined;
  /** Called once, when the first step is compiled and before it runs. */
  begin?(): Promise<void>;
  /** Called before a step when strict. */
  before?(step: number): Promise<void>;
  after(done: Done): Promise<void> | void;
  stop?(): boolean;
}

interface Running extends Done {
  readonly finished: Promise<void>;
}

/** Runs all batches; resolves with their number. */
export async function runBatches(options: RunOptions): Promise<number> {
  const { kind, programs, compiled, strict = false, watch = false } = options;
  const iterator = options.batches[Symbol.asyncIterator]();
  const stop = (): boolean => options.stop?.() ?? false;
  const pace = new Pace();
  let running: Running | null = null;
  const from = options.from ?? 0;
  let steps = from;
  const finish = async (done: Running): Promise<void> => {
    try {
      await done.finished;
      await options.after(done);
    } finally {
      done.program.release(done.memory);
    }
  };
  let next = await iterator.next();
  try {
    while (!next.done && !stop()) {
      const key = keyOf(kind, next.value);
      const program = await programs.get(kind, compiled, next.value, watch);
      if (steps === from) await options.begin?.();
      const capacity = strict ? 1 : Math.max(1, program.executable.suggestedSteps);
      const memory = program.acquire(capacity);
      const batches: Batch[] = [];
      while (!next.done && batches.length < capacity && keyOf(kind, next.value) === key) {
        await fill(
          program,
          memory,
          batches.length,
          next.value,
          options.startAnew && steps + batches.length === from,
          pace,
        );
        batches.push(next.value);
        next = await iterator.next();
      }
      const previous: Running | null = running;
      running = null;
      if (previous && strict) await finish(previous);
      else if (previous) await previous.finished.catch(() => undefined);
      if (stop()) {
        program.release(memory);
        if (previous && !strict) await finish(previous);
        break;
      }
      if (strict) await options.before?.(steps);
      const finished = program.executable.run(memory, batches.length);
      // Awaited later: until then a failure must not count as unhandled.
      finished.catch(() => undefined);
      running = { program, memory, batches, first: steps, finished };
      steps += batches.length;
      if (previous && !strict) await finish(previous);
    }
  } finally {
    await iterator.return?.();
    if (running) await finish(running);
  }
  return steps - from;
}

/** Log values of one computed step. */
export function readLogs({ program, memory }: Done, step: number): Record<string, number> {
  const logs: Record<string, number> = {};
  program.plan.logNames.forEach((name, index) => {
    const values = memory.output(index, step);
    if (values.length === 1) logs[name] = values[0] as number;
    else values.forEach((value, i) => (logs[`${name}_${i}`] = value));
  });
  return logs;
}

/** Where the first value of a step isn't finite; null when all are. */
export function readPlace({ program, memory }: Done, step: number): string | null {
  const { logNames, places } = program.plan;
  return places.find((_, i) => memory.output(logNames.length + i, step)[0] === 0) ?? null;
}
