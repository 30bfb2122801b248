// Samples in the order of training: a permutation cut into batches, or whatever an iterable yields.

import { ValueError } from "../graph/errors.js";
import { mixSeed } from "../graph/seed.js";
import { inTurns, type Work } from "../graph/turns.js";
import type { BatchItem, DataSource, DataStructure, Samples } from "./data.js";

/** Rows of samples that make one step. */
export interface Batch {
  readonly samples: Samples;
  /** Which rows; null for `count` rows from `start` on. */
  readonly rows: Int32Array | null;
  readonly start: number;
  readonly count: number;
}

/** Batches of one pass. */
export type Batches = AsyncIterable<Batch>;

export interface BatchSource {
  /** Batches in a pass; null while unknown. */
  readonly steps: number | null;
  readonly samples: number | null;
  /** One pass, or what is left of it after `from` batches; `seed` shuffles, null keeps the order. */
  open(seed: number | null, from?: number): Batches;
  /** As if there had been passes with these seeds, where one begins in the midst of the data. */
  skip?(seeds: readonly (number | null)[]): void;
}

/** Batches out of data that is all there. */
export function fromSamples(samples: Samples, batchSize: number): BatchSource {
  const { length } = samples;
  return {
    steps: Math.ceil(length / batchSize),
    samples: length,
    async *open(seed, from = 0) {
      const order = seed === null ? null : await inTurns(permutation(length, seed));
      for (let start = from * batchSize; start < length; start += batchSize) {
        const count = Math.min(batchSize, length - start);
        yield { samples, rows: order ? order.subarray(start, start + count) : null, start, count };
      }
    },
  };
}

/** 0 … length - 1 in an order that follows from the seed (Fisher and Yates). */
export function* permutation(length: number, seed: number): Work<Int32Array> {
  const order = new Int32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  for (let i = length - 1; i > 0; i--) {
    if (i % 2 ** 15 === 0) yield;
    const j = Math.floor((mixSeed(seed, i) / 2 ** 32) * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

/** Batches that an iterable yields; `toBatch` checks and converts each. An iterator that can't start again goes on in the next epoch. */
export function fromIterable(
  source: DataSource,
  toBatch: (item: BatchItem) => Promise<Samples>,
  steps: number | null,
): BatchSource {
  let ongoing: AsyncIterator<BatchItem> | Iterator<BatchItem> | null = null;
  const start = (): AsyncIterator<BatchItem> | Iterator<BatchItem> => {
    if (ongoing) return ongoing;
    const iterable = (typeof source === "function" ? (source as () => unknown)() : source) as Partial<
      AsyncIterable<BatchItem> & Iterable<BatchItem>
    >;
    const iterator = iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]?.();
    if (!iterator)
      throw new ValueError("a function passed as data must return an iterable of batches", {
        hint: "make it a generator: function* () { yield [x, y]; }",
      });
    // A generator is its own iterator: there is only one pass through it.
    const once = (iterator as unknown) === iterable && typeof source !== "function";
    if (once || steps !== null) ongoing = iterator;
    return iterator;
  };
  return {
    steps,
    samples: null,
    async *open(_seed, from = 0) {
      const iterator = start();
      for (let i = 0; steps === null || i < steps; i++) {
        let next = await iterator.next();
        if (next.done && steps !== null && i > 0 && typeof source !== "function") {
          console.warn(`the data ended after ${i} of ${steps} batches`);
          return;
        }
        if (next.done && steps !== null) {
          // Several epochs' worth of steps over something that can start again.
          ongoing = null;
          next = await start().next();
        }
        if (next.done) return;
        if (i < from) continue;
        const samples = await toBatch(next.value);
        yield { samples, rows: null, start: 0, count: samples.length };
      }
    },
  };
}

/** `[x, y, sampleWeight]` of one item. */
export function unpack(item: BatchItem): {
  x: DataStructure;
  y?: DataStructure | undefined;
  sampleWeight?: DataStructure | undefined;
} {
  if (!Array.isArray(item)) return { x: item as DataStructure };
  const [x, y, sampleWeight] = item as readonly DataStructure[];
  if (item.length === 0 || item.length > 3)
    throw new ValueError(`a batch is [x, y, sampleWeight?], received a list of ${item.length}`);
  return { x: x as DataStructure, y, sampleWeight };
}
