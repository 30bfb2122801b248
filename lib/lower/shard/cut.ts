// Cuts: ranges of an axis, or of neighbouring axes taken as one, and what becomes of them under products and reshapes.

import type { DotAttrs } from "../../catalog/ops/dot.js";
import { sizeOf } from "../../graph/shape.js";
import type { RowRange } from "../../graph/weight.js";

/** Neighbouring axes [from, to), merged into one, of which a piece is meant. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  readonly ranges: readonly RowRange[];
}

export const sameCut = (a: Cut, b: Cut): boolean =>
  a.from === b.from &&
  a.to === b.to &&
  a.ranges.length === b.ranges.length &&
  a.ranges.every((range, i) => range.start === b.ranges[i]?.start && range.count === b.ranges[i]?.count);

/** A product's axes after the cut axes of its factors were merged. */
export function mergeAttrs(attrs: DotAttrs, cutA: Cut | null, cutB: Cut | null): DotAttrs {
  const move = (axes: readonly number[], cut: Cut | null): number[] => {
    if (!cut) return [...axes];
    return axes.flatMap((axis) => (axis <= cut.from ? [axis] : axis >= cut.to ? [axis - (cut.to - cut.from) + 1] : []));
  };
  return {
    batchA: move(attrs.batchA, cutA),
    batchB: move(attrs.batchB, cutB),
    contractA: move(attrs.contractA, cutA),
    contractB: move(attrs.contractB, cutB),
  };
}

/** The same cut of the same elements under another shape, if pieces stay pieces. */
export function mapCut(from: readonly number[], to: readonly number[], cut: Cut): Cut | null {
  // Elements of one index of the merged axis, and of the whole.
  const before = sizeOf(from.slice(0, cut.from));
  const merged = sizeOf(from.slice(cut.from, cut.to));
  const inner = sizeOf(from.slice(cut.to));
  // The new axes must begin where the old did …
  let start = 0;
  let outer = 1;
  while (start < to.length && outer < before) outer *= to[start++] as number;
  if (outer !== before) return null;
  // … and end as early as the ranges still fall between whole indices, so that later axes stay apart.
  if (sizeOf(to.slice(start)) !== merged * inner) return null;
  for (let end = start + 1; end <= to.length; end++) {
    const rest = sizeOf(to.slice(end));
    const scale = inner / rest;
    const fits = cut.ranges.every(
      ({ start: first, count }) => Number.isInteger(first * scale) && Number.isInteger(count * scale),
    );
    if (fits)
      return {
        from: start,
        to: end,
        ranges: cut.ranges.map(({ start: first, count }) => ({ start: first * scale, count: count * scale })),
      };
  }
  return null;
}
