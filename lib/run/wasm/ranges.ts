// The free byte ranges of one segment, sorted by address and never touching each other: pure bookkeeping, first fit.
// All addresses and sizes are multiples of `lineBytes`.

/** One cache line: the alignment and the granule of every block. */
export const lineBytes = 64;

interface Range {
  start: number;
  end: number;
}

export class FreeRanges {
  readonly #ranges: Range[] = [];

  /** Whether `take` would find `bytes`. */
  fits(bytes: number): boolean {
    return this.#ranges.some((range) => range.end - range.start >= bytes);
  }

  /** The free bytes that end at `address`. */
  freeBefore(address: number): number {
    const last = this.#ranges.at(-1);
    return last?.end === address ? last.end - last.start : 0;
  }

  /** Takes `bytes` from the first range that has them and gives their start, or undefined. */
  take(bytes: number): number | undefined {
    const index = this.#ranges.findIndex((range) => range.end - range.start >= bytes);
    const range = this.#ranges[index];
    if (range === undefined) return undefined;
    const { start } = range;
    range.start += bytes;
    if (range.start === range.end) this.#ranges.splice(index, 1);
    return start;
  }

  /** Makes [start, end) free, joined with its free neighbours. */
  give(start: number, end: number): void {
    let index = this.#ranges.findIndex((range) => range.start >= end);
    if (index < 0) index = this.#ranges.length;
    const before = this.#ranges[index - 1];
    const after = this.#ranges[index];
    const joined: Range = { start, end };
    let first = index;
    let removed = 0;
    if (before?.end === start) {
      joined.start = before.start;
      first--;
      removed++;
    }
    if (after?.start === end) {
      joined.end = after.end;
      removed++;
    }
    this.#ranges.splice(first, removed, joined);
  }
}
