// Waiting on words of shared memory: spin for a moment, because the others are usually microseconds away, then sleep.

import { availableParallelism } from "node:os";
import { word } from "./control.js";

/** Thrown out of a barrier when another worker cannot go on. */
export class Aborted extends Error {
  constructor() {
    super("another worker failed");
    this.name = "Aborted";
  }
}

// Newer engines can tell the core that a loop only waits.
const pause: () => void = (Atomics as { pause?: () => void }).pause ?? (() => {});

const cores = availableParallelism();

/**
 * How long to spin, in milliseconds, while so many threads may be at work. Never at the expense of the one that is waited for; and with
 * cores to spare longer than it takes to wake a thread (100 µs and more), as two who wake each other in turns else never meet awake.
 */
export function spinMilliseconds(threads: number): number {
  if (threads > cores) return 0;
  return threads === cores ? 0.075 : 0.2;
}

/** Whether words[index] became something else than `value` within the time. */
export function spinWhileEqual(words: Int32Array, index: number, value: number, milliseconds: number): boolean {
  let deadline = 0;
  for (;;) {
    // The clock costs as much as dozens of loads.
    for (let turn = 0; turn < 64; turn++) {
      if (Atomics.load(words, index) !== value) return true;
      pause();
    }
    const now = performance.now();
    if (deadline === 0) deadline = now + milliseconds;
    else if (now >= deadline) return false;
  }
}

/** Where the workers of a run meet. The last to arrive opens the next generation, for which the others wait. */
export class Barrier {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** Returns once `workers` have called it. Throws Aborted when that will not happen. */
  wait(workers: number): void {
    if (workers === 1) return;
    const words = this.#words;
    // Read before the abort flag: whoever sets the flag then opens the next generation, so that nobody sleeps through it.
    const generation = Atomics.load(words, word.generation);
    if (Atomics.load(words, word.abort) !== 0) throw new Aborted();
    if (Atomics.add(words, word.arrived, 1) === workers - 1) {
      Atomics.store(words, word.arrived, 0);
      this.#open();
      return;
    }
    if (!spinWhileEqual(words, word.generation, generation, spinMilliseconds(workers))) {
      Atomics.add(words, word.sleepers, 1);
      while (Atomics.load(words, word.generation) === generation) Atomics.wait(words, word.generation, generation);
      Atomics.sub(words, word.sleepers, 1);
    }
    if (Atomics.load(words, word.abort) !== 0) throw new Aborted();
  }

  /** Makes everyone who waits or will wait leave with Aborted. */
  abort(): void {
    Atomics.store(this.#words, word.abort, 1);
    this.#open();
  }

  /** For the main thread, while no worker runs: forgets an aborted meeting. */
  reset(): void {
    Atomics.store(this.#words, word.arrived, 0);
    Atomics.store(this.#words, word.abort, 0);
  }

  #open(): void {
    Atomics.add(this.#words, word.generation, 1);
    // A worker counts itself as a sleeper first and then looks at the generation again, so none is missed.
    if (Atomics.load(this.#words, word.sleepers) > 0) Atomics.notify(this.#words, word.generation);
  }
}
