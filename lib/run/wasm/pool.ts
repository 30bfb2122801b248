// The worker pool: programs in, runs out. Runs take turns; workers are started when first needed and again after one died;
// the weights survive that, as they lie in the shared heap.

import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import type { Program } from "../../plan/program.js";
import type { CompiledKernels } from "./compiled.js";
import { Crew, PoolError } from "./crew.js";
import { type Address, type Block, Heap } from "./heap.js";
import { type ExternalAddress, LoadedProgram, type RunProfile, type Scratch } from "./loaded.js";
import { lineBytes } from "./ranges.js";

export { PoolError } from "./crew.js";
export type { ExternalAddress, LoadedProgram, RunProfile, StepProfile } from "./loaded.js";

export interface PoolOptions {
  /** Number of worker threads; WEFT_THREADS or all cores unless said. */
  readonly threads?: number;
  /** Memory that outlives the pool; otherwise the pool makes its own and drops it in `dispose`. */
  readonly heap?: Heap;
}

export interface RunOptions {
  /** Measures the time of every step. */
  readonly profile?: boolean;
}

/** What may be done during a turn of the pool, while nobody else's runs interfere. */
export interface Turn {
  run(program: LoadedProgram, repeat?: number, options?: RunOptions): Promise<RunProfile | undefined>;
}

export class Pool {
  readonly threads: number;
  readonly heap: Heap;
  readonly #ownsHeap: boolean;
  readonly #turn: Turn = {
    run: (program, repeat = 1, options = {}) => this.#runs.add(() => this.#run(program, repeat, options)),
  };
  #crew: Crew | undefined;
  readonly #turns = new Queue();
  /** A turn may start runs without waiting for the one before, or end without waiting at all. */
  readonly #runs = new Queue();
  #disposed = false;
  /** By heap segment. All programs share it, because runs take turns. */
  readonly #scratch = new Map<number, { block: Block; strideBytes: number }>();
  /** The programs whose tables know the present scratch. */
  #informed = new WeakSet<LoadedProgram>();

  constructor(options: PoolOptions = {}) {
    this.threads = options.threads ?? defaultThreads();
    if (!Number.isInteger(this.threads) || this.threads < 1) {
      throw new RangeError(`a pool needs a whole number of threads from 1 on, received ${this.threads}`);
    }
    this.#ownsHeap = options.heap === undefined;
    this.heap = options.heap ?? new Heap();
  }

  /** The threads at work, for tests and diagnosis. */
  get workers(): readonly Worker[] {
    return this.#crew?.threads ?? [];
  }

  /**
   * Makes a program ready to be bound. The modules of `code` import `env.memory`; `units` says how much work each kernel has;
   * `scratchBytes` is the most that one worker needs in a segment.
   */
  load(program: Program, code: CompiledKernels, units: readonly number[], scratchBytes: number): LoadedProgram {
    return new LoadedProgram(program, code, units, scratchBytes, this.threads);
  }

  /**
   * Says where the program runs from now on: an address for each of its external buffers, in their order, and an arena for each
   * of its segments. The heap segment of arena s is where everything of program segment s must lie.
   */
  bind(program: LoadedProgram, externals: readonly ExternalAddress[], arenas: readonly Address[]): void {
    program.bind(externals, arenas);
  }

  /** Runs the program `repeat` times as a turn of its own. Rejects with a PoolError that names the step if a worker fails. */
  run(program: LoadedProgram, repeat = 1, options: RunOptions = {}): Promise<RunProfile | undefined> {
    return this.exclusive((turn) => turn.run(program, repeat, options));
  }

  /** Waits for its turn, then does the task. Inside, runs go through `turn`: `pool.run` would wait for the task's own end. */
  exclusive<T>(task: (turn: Turn) => T | Promise<T>): Promise<T> {
    return this.#turns.add(() => task(this.#turn));
  }

  /** Lets the workers forget the program. */
  unload(program: LoadedProgram): void {
    this.#crew?.forget(program.worker.id);
  }

  /** Ends the workers and drops the heap, unless that came from outside. A pending run rejects. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#crew?.stop();
    this.#crew = undefined;
    for (const { block } of this.#scratch.values()) this.heap.free(block);
    this.#scratch.clear();
    if (this.#ownsHeap) this.heap.dispose();
  }

  async #run(program: LoadedProgram, repeat: number, { profile = false }: RunOptions): Promise<RunProfile | undefined> {
    if (!Number.isInteger(repeat) || repeat < 1 || repeat >= 2 ** 31) {
      throw new RangeError(`a program runs a whole number of times from 1 on, received ${repeat}`);
    }
    await this.#crew?.stopped;
    if (this.#disposed) throw new PoolError("the pool was disposed of");
    if (this.#crew === undefined || this.#crew.stopped !== undefined) {
      this.#crew = new Crew(this.threads);
    }
    this.#prepare(program);
    const { worker } = program;
    const began = performance.now();
    const describe = (step: number): string => program.describe(step);
    const times = await this.#crew.run({ program: worker, repeat, profile, describe }, this.heap);
    return times === undefined ? undefined : program.profile(times, performance.now() - began);
  }

  /** Gives the program its scratch and its addresses. */
  #prepare(program: LoadedProgram): void {
    if (program.scratchBytes > 0)
      for (const segment of program.heapSegments()) this.#growScratch(segment, program.scratchBytes);
    program.prepare((segment) => this.#scratchIn(segment), !this.#informed.has(program));
    this.#informed.add(program);
  }

  #growScratch(segment: number, bytes: number): void {
    const present = this.#scratch.get(segment);
    // An odd number of cache lines, so that workers at the same place in their scratch do not alias.
    const strideBytes = (Math.ceil(bytes / lineBytes) | 1) * lineBytes;
    if (present !== undefined) {
      if (present.strideBytes >= strideBytes) return;
      this.heap.free(present.block);
      this.#scratch.delete(segment);
    }
    this.#informed = new WeakSet();
    this.#scratch.set(segment, { block: this.heap.allocate(strideBytes * this.threads, { segment }), strideBytes });
  }

  #scratchIn(segment: number): Scratch {
    const scratch = this.#scratch.get(segment);
    return { byteOffset: scratch?.block.byteOffset ?? 0, strideBytes: scratch?.strideBytes ?? 0 };
  }
}

/** Does tasks one after another. */
class Queue {
  #last: Promise<unknown> = Promise.resolve();

  async add<T>(task: () => T | Promise<T>): Promise<T> {
    const before = this.#last;
    let end = (): void => {};
    this.#last = new Promise<void>((resolve) => {
      end = resolve;
    });
    await before;
    try {
      return await task();
    } finally {
      end();
    }
  }
}

/** WEFT_THREADS, or one worker per core. */
export function defaultThreads(): number {
  const wish = process.env["WEFT_THREADS"];
  if (wish === undefined || wish === "") return availableParallelism();
  const threads = Number(wish);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new RangeError(`WEFT_THREADS expects a whole number from 1 on, received "${wish}"`);
}
