// Where temporary values lie: those that live at the same time never overlap, the others share memory.

/** A value to be placed: bytes, and the first and last step that touches it. */
export interface Interval {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

export interface Layout {
  /** Byte offset of every interval. */
  readonly offsets: readonly number[];
  readonly totalBytes: number;
}

const alignment = 64;
const page = 4096;

/** First fit, largest first. */
export function layOut(intervals: readonly Interval[]): Layout {
  const offsets = new Array<number>(intervals.length).fill(0);
  const order = intervals
    .map((_, i) => i)
    .sort((a, b) => (intervals[b] as Interval).bytes - (intervals[a] as Interval).bytes || a - b);
  const placed: { start: number; end: number; interval: Interval }[] = [];
  let totalBytes = 0;
  let large = 0;
  for (const i of order) {
    const interval = intervals[i] as Interval;
    const bytes = roundUp(Math.max(interval.bytes, 1), alignment);
    const conflicts = placed
      .filter((other) => other.interval.first <= interval.last && interval.first <= other.interval.last)
      .sort((a, b) => a.start - b.start);
    // Streams that start at equal places in their pages collide in the store buffer: give large ones places of their own.
    const stagger = bytes >= 16 * page ? (++large % 13) * 5 * alignment : 0;
    let start = stagger;
    for (const other of conflicts) {
      if (start + bytes <= other.start) break;
      start = Math.max(start, roundUp(other.end, page) * (stagger > 0 ? 1 : 0) + stagger, other.end);
    }
    offsets[i] = start;
    placed.push({ start, end: start + bytes, interval });
    totalBytes = Math.max(totalBytes, start + bytes);
  }
  return { offsets, totalBytes };
}

export const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
