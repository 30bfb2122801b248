// Where weights' numbers live: blocks of the shared heap, made on first use. A large weight is cut along its rows into shards
// of a fixed size, which may lie in different segments.

import { sizeOf } from "../graph/shape.js";
import type { Work } from "../graph/turns.js";
import type { RowRange, Weight } from "../graph/weight.js";
import type { Block, Heap } from "../run/wasm/heap.js";

/** Weights above this are cut into shards. */
const largestWholeBytes = 256 * 2 ** 20;
const shardBytes = 48 * 2 ** 20;
/** Shards begin at multiples of this many rows, so that they are aligned with what the rows were flattened from. */
const shardRows = 4096;
/** Room for so many slots of an optimizer at least is left beside a weight, in its segment: predicting may come before training. */
const slotsBeside = 2;
/** Of a segment for shards: the rest is for what is computed beside them. */
const segmentBytes = 3 * 2 ** 30;
/** Numbers copied at a stretch: 4 MB. */
const stretchElements = 2 ** 20;

/** How a weight is cut: null when it stays whole. */
export function shardsOf(weight: Weight): readonly RowRange[] | null {
  const bytes = weight.size * 4;
  const rows = weight.shape[0] ?? 1;
  if (bytes <= largestWholeBytes || weight.shape.length < 2) return null;
  const rowBytes = bytes / rows;
  const wanted = Math.max(1, Math.floor(shardBytes / rowBytes));
  const count = wanted > shardRows ? Math.floor(wanted / shardRows) * shardRows : wanted;
  return Array.from({ length: Math.ceil(rows / count) }, (_, i) => ({
    start: i * count,
    count: Math.min(count, rows - i * count),
  }));
}

/** One shard of a weight, or all of it. */
export interface StoredPiece {
  readonly rows: RowRange | null;
  readonly block: Block;
}

export class WeightStore {
  readonly #heap: Heap;
  readonly #pieces = new WeakMap<Weight, readonly StoredPiece[]>();
  readonly #ready = new WeakSet<Weight>();
  /** The segments of a weight's shards by their first rows, also for what is kept beside it. */
  readonly #segments = new WeakMap<Weight, Map<number, number>>();
  /** Bytes spoken for by segment, as long as the weight lives. */
  readonly #spokenFor: number[] = [];
  readonly #collected = new FinalizationRegistry<{ readonly segment: number; readonly bytes: number }>((spoken) =>
    this.#speakFor(spoken.segment, -spoken.bytes),
  );

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /** Segment of a piece, decided before any memory is taken. */
  segmentOf(weight: Weight, rows: RowRange | null): number {
    if (!rows) return this.#pieces.get(weight)?.[0]?.block.segment ?? 0;
    const owner = weight.beside ?? weight;
    const segments = this.#segments.get(owner) ?? new Map<number, number>();
    this.#segments.set(owner, segments);
    const known = segments.get(rows.start);
    if (known !== undefined) return known;
    const bytes =
      (weight.size / (weight.shape[0] as number)) * rows.count * 4 * (1 + Math.max(slotsBeside, owner.companions));
    let segment = 1;
    while ((this.#spokenFor[segment] ?? 0) + bytes > segmentBytes) segment++;
    this.#speakFor(segment, bytes);
    this.#collected.register(owner, { segment, bytes });
    segments.set(rows.start, segment);
    return segment;
  }

  #speakFor(segment: number, bytes: number): void {
    this.#spokenFor[segment] = (this.#spokenFor[segment] ?? 0) + bytes;
  }

  /** Whether the numbers are there. */
  isReady(weight: Weight): boolean {
    return this.#ready.has(weight);
  }

  markReady(weight: Weight): void {
    this.#ready.add(weight);
  }

  /** Bytes that `pieces` would take now. */
  missingBytes(weight: Weight): number {
    return this.#pieces.has(weight) ? 0 : weight.size * 4;
  }

  /** Memory of the weight, taken at the first call; it reads as zeros until written. */
  pieces(weight: Weight): readonly StoredPiece[] {
    const known = this.#pieces.get(weight);
    if (known) return known;
    const rowElements = sizeOf(weight.shape.slice(1));
    const shards = shardsOf(weight);
    const made = (shards ?? [null]).map((rows): StoredPiece => {
      const bytes = rows ? rows.count * rowElements * 4 : weight.size * 4;
      const segment = this.segmentOf(weight, rows);
      return { rows, block: this.#heap.allocate(bytes, { segment, zero: true }) };
    });
    this.#pieces.set(weight, made);
    this.#heap.releaseWhenCollected(
      weight,
      made.map(({ block }) => block),
    );
    return made;
  }

  /** The block of one piece. */
  block(weight: Weight, rows: RowRange | null): Block {
    const found = this.pieces(weight).find((piece) => piece.rows?.start === rows?.start);
    if (!found) throw new Error(`${weight} has no shard at row ${rows?.start}`);
    return found.block;
  }

  /** A copy of the numbers from element `start` up to `end`. */
  *read(weight: Weight, start = 0, end: number = weight.size): Work<Float32Array | Int32Array> {
    const out = weight.dtype === "float32" ? new Float32Array(end - start) : new Int32Array(end - start);
    for (const { at, view } of this.#stretches(weight, start, end)) {
      out.set(view, at);
      yield;
    }
    return out;
  }

  /** Replaces the numbers from element `start` on. The weight is ready once its last number is there. */
  *write(weight: Weight, data: ArrayLike<number>, start = 0): Work<void> {
    const end = start + data.length;
    for (const { at, view } of this.#stretches(weight, start, end)) {
      if (ArrayBuffer.isView(data)) view.set((data as Float32Array).subarray(at, at + view.length));
      else for (let i = 0; i < view.length; i++) view[i] = data[at + i] as number;
      yield;
    }
    if (end === weight.size) this.#ready.add(weight);
  }

  /** The memory of some elements in stretches that are copied in a moment, each with its place among those elements. */
  *#stretches(weight: Weight, from: number, to: number): Iterable<{ at: number; view: Float32Array | Int32Array }> {
    let first = 0;
    for (const { block } of this.pieces(weight)) {
      const end = Math.min(to, first + block.bytes / 4);
      for (let at = Math.max(from, first); at < end; at += stretchElements) {
        // Taken anew each time: memory may have grown in between.
        const whole = weight.dtype === "float32" ? this.#heap.float32(block) : this.#heap.int32(block);
        yield { at: at - from, view: whole.subarray(at - first, Math.min(at + stretchElements, end) - first) };
      }
      first += block.bytes / 4;
    }
  }
}
