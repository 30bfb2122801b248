// Large arrays in pieces of a few megabytes: each is a block of whole rows, so that every format can address it.

import { sizeOf } from "../../graph/shape.js";

/** Part of an array: elements in row-major order, and the same as a range along each axis. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** 4 MB of float32. */
const largestPiece = 2 ** 20;

/** Sizes of the blocks that an array is cut into, along each axis. */
export function blockOf(shape: readonly number[], limit: number = largestPiece): number[] {
  const block: number[] = [];
  let room = limit;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    const taken = Math.max(1, Math.min(size, Math.floor(room)));
    block.unshift(taken);
    // In front of an axis that is cut, blocks are one thick: a piece has to be contiguous.
    room = taken === size ? room / size : 1;
  }
  return block;
}

/** All pieces in order; an empty array has none. */
export function* piecesOf(shape: readonly number[], limit?: number): Generator<Piece> {
  const block = blockOf(shape, limit);
  const size = sizeOf(shape);
  const at = shape.map(() => 0);
  for (let start = 0; start < size; ) {
    const ranges = at.map((from, axis) => {
      const to = Math.min(shape[axis] as number, from + (block[axis] as number));
      return [from, to] as const;
    });
    const end = start + ranges.reduce((product, [from, to]) => product * (to - from), 1);
    yield { start, end, ranges };
    start = end;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = (ranges[axis] as readonly [number, number])[1];
      if ((at[axis] as number) < (shape[axis] as number)) break;
      at[axis] = 0;
    }
  }
}
