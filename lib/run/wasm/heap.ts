// The memory that outlives programs and is shared with the workers: a list of segments, each a shared
// WebAssembly.Memory of up to 4 GiB that grows as needed. Sizes and addresses go in, blocks come out.

import { setImmediate } from "node:timers/promises";
import { collectGarbage } from "./collect.js";
import { FreeRanges, lineBytes } from "./ranges.js";

/** Where something lies: an index into the heap's segments, and bytes from the segment's start (up to 2^32). */
export interface Address {
  readonly segment: number;
  readonly byteOffset: number;
}

/** Memory handed out by a heap. Its identity is what `free` asks for. */
export interface Block extends Address {
  readonly bytes: number;
}

export interface HeapOptions {
  /** No block ends beyond this (4 GiB − 64 KiB unless said); small limits are for tests. */
  readonly segmentLimitBytes?: number;
}

export interface AllocateOptions {
  /** The segment that must hold the block; the first with room unless said. */
  readonly segment?: number;
  /** The block must read as zeros. Costs nothing where memory was never used. */
  readonly zero?: boolean;
}

interface Segment {
  readonly memory: WebAssembly.Memory;
  readonly free: FreeRanges;
  readonly limitBytes: number;
  /** Everything from here on was never handed out, hence is zero and perhaps has no pages behind it. */
  touchedBytes: number;
}

const pageBytes = 65536;
const growStepBytes = 16 * 2 ** 20;
const collectAfterBytes = 64 * 2 ** 20;
/** Addresses that differ by a multiple of this alias in the store buffer. */
const aliasBytes = 4096;
/** Blocks from this size on are streams. Each has room for whole pages and an odd number of lines, so that neighbours do not alias. */
const streamBytes = 16384;
const staggerBytes = 9 * lineBytes;

export class Heap {
  readonly #segmentLimitBytes: number;
  readonly #segments: Segment[] = [];
  readonly #live = new Set<Block>();
  readonly #collected: FinalizationRegistry<readonly Block[]>;
  #usedBytes = 0;
  #ownedBlocks = 0;
  #bytesSinceCollection = 0;

  constructor(options: HeapOptions = {}) {
    this.#segmentLimitBytes = options.segmentLimitBytes ?? 2 ** 32 - pageBytes;
    this.#collected = new FinalizationRegistry((blocks) => {
      this.#ownedBlocks -= blocks.length;
      for (const block of blocks) if (this.#live.has(block)) this.free(block);
    });
  }

  /** Bytes of all blocks. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Bytes that the segments have grown to; what was never touched has no memory behind it. */
  get reservedBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.memory.buffer.byteLength, 0);
  }

  get segmentCount(): number {
    return this.#segments.length;
  }

  memory(segment: number): WebAssembly.Memory {
    return this.#segment(segment).memory;
  }

  /** Makes a block that starts on a cache line and has whole cache lines to itself. */
  allocate(bytes: number, options: AllocateOptions = {}): Block {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError(`a block cannot have ${bytes} bytes`);
    const size = paddedBytes(bytes);
    if (size > this.#segmentLimitBytes - lineBytes) {
      throw new RangeError(
        `a block of ${bytes} bytes exceeds a segment, which holds ${this.#segmentLimitBytes} bytes: cut it into shards`,
      );
    }
    const { segment } = options;
    const last = segment ?? this.#segments.length;
    for (let index = segment ?? 0; index <= last; index++) {
      while (this.#segments.length <= index) this.#segments.push(makeSegment(this.#segmentLimitBytes));
      const byteOffset = this.#take(this.#segment(index), size, options.zero ?? false);
      if (byteOffset === undefined) continue;
      const block: Block = { segment: index, byteOffset, bytes };
      this.#live.add(block);
      this.#usedBytes += size;
      this.#bytesSinceCollection += size;
      return block;
    }
    // Nobody has seen the new segment yet, and it would be of no more use to the next attempt.
    if (segment === undefined) this.#segments.pop();
    throw new RangeError(
      `no room for ${bytes} bytes in ${segment === undefined ? "a new segment" : `segment ${segment}`} ` +
        `(${this.#usedBytes} bytes in use, ${this.reservedBytes} reserved)`,
    );
  }

  free(block: Block): void {
    if (!this.#live.delete(block)) throw new Error("the block was freed already, or is another heap's");
    const size = paddedBytes(block.bytes);
    this.#usedBytes -= size;
    this.#segment(block.segment).free.give(block.byteOffset, block.byteOffset + size);
  }

  /** Views of a block. They stay valid while the block does, also when the segment grows. */
  float32(block: Block): Float32Array {
    return new Float32Array(this.memory(block.segment).buffer, block.byteOffset, block.bytes >>> 2);
  }

  int32(block: Block): Int32Array {
    return new Int32Array(this.memory(block.segment).buffer, block.byteOffset, block.bytes >>> 2);
  }

  bytes(block: Block): Uint8Array {
    return new Uint8Array(this.memory(block.segment).buffer, block.byteOffset, block.bytes);
  }

  /** Frees those of the blocks that are still in use once `owner` is garbage. The blocks must not refer to it. */
  releaseWhenCollected(owner: object, blocks: readonly Block[]): void {
    this.#ownedBlocks += blocks.length;
    this.#collected.register(owner, blocks);
  }

  /** Whether `bytes` would need more memory while a collection may well free some: then await `reclaim` first. */
  needsReclaim(bytes: number, segment?: number): boolean {
    if (this.#ownedBlocks === 0 || this.#bytesSinceCollection < collectAfterBytes) return false;
    const candidates = segment === undefined ? this.#segments : this.#segments.slice(segment, segment + 1);
    return !candidates.some((candidate) => candidate.free.fits(paddedBytes(bytes)));
  }

  /** Collects garbage, so that blocks whose owners are gone are freed. The engine cannot know how large those are. */
  async reclaim(): Promise<void> {
    const owned = this.#ownedBlocks;
    await collect();
    // V8 ends a collection that it had begun already with what it knew then: what has died since is the next one's.
    if (this.#ownedBlocks === owned) await collect();
    this.#bytesSinceCollection = 0;
  }

  /** Forgets all segments and blocks. */
  dispose(): void {
    this.#segments.length = 0;
    this.#live.clear();
    this.#usedBytes = 0;
  }

  #segment(index: number): Segment {
    const segment = this.#segments[index];
    if (segment === undefined)
      throw new RangeError(`the heap has ${this.#segments.length} segments, no number ${index}`);
    return segment;
  }

  #take(segment: Segment, size: number, zero: boolean): number | undefined {
    let start = segment.free.take(size);
    if (start === undefined && grow(segment, size)) start = segment.free.take(size);
    if (start === undefined) return undefined;
    const used = Math.min(segment.touchedBytes, start + size);
    if (zero && used > start) new Float64Array(segment.memory.buffer, start, (used - start) / 8).fill(0);
    segment.touchedBytes = Math.max(segment.touchedBytes, start + size);
    return start;
  }
}

/** What a block takes from its segment. */
function paddedBytes(bytes: number): number {
  if (bytes >= streamBytes) return Math.ceil(bytes / aliasBytes) * aliasBytes + staggerBytes;
  return Math.max(1, Math.ceil(bytes / lineBytes)) * lineBytes;
}

/** Reserves address space for one segment: as much as asked for, or what the system grants. */
function makeSegment(wantedBytes: number): Segment {
  const wantedPages = Math.floor(wantedBytes / pageBytes);
  for (let pages = wantedPages; pages >= 1; pages >>= 1) {
    let memory: WebAssembly.Memory;
    try {
      memory = new WebAssembly.Memory({ initial: 1, maximum: pages, shared: true });
    } catch {
      continue;
    }
    if (pages < wantedPages) {
      process.emitWarning(`Weft could reserve ${pages * pageBytes} bytes for a heap segment, not ${wantedBytes}`);
    }
    const free = new FreeRanges();
    // The first line stays unused, so that no pointer is 0.
    free.give(lineBytes, pageBytes);
    return { memory, free, limitBytes: pages * pageBytes, touchedBytes: lineBytes };
  }
  throw new RangeError(
    "the system grants no address space for a heap segment, of which the engine wants some 10 GiB\n" +
      "  hint: raise the limit (ulimit -v), or start node with --disable-wasm-trap-handler",
  );
}

/** Collects garbage, and waits for the finalizers: they run as a task of their own, after the one that is running now. */
async function collect(): Promise<void> {
  collectGarbage();
  await setImmediate();
  await setImmediate();
}

/** Grows the segment until `bytes` fit at its end. */
function grow(segment: Segment, bytes: number): boolean {
  const end = segment.memory.buffer.byteLength;
  const missing = bytes - segment.free.freeBefore(end);
  if (end + missing > segment.limitBytes) return false;
  for (const wanted of [Math.max(missing, growStepBytes), missing]) {
    const pages = Math.min(Math.ceil(wanted / pageBytes), (segment.limitBytes - end) / pageBytes);
    try {
      segment.memory.grow(pages);
    } catch {
      continue;
    }
    segment.free.give(end, end + pages * pageBytes);
    return true;
  }
  return false;
}
