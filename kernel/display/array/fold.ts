// Which elements of an array are written, and how: rows and columns in the middle are left out.

import { shortNumber } from "../numbers.js";
import type { ArrayView } from "./view.js";

/** Indices along a dimension; null where some are left out. */
export type Folded = readonly (number | null)[];

/** All indices up to `most`, else as many at both ends as fit. */
export function folded(size: number, most: number): Folded {
  if (size <= most) return Array.from({ length: size }, (_, i) => i);
  const first = Math.ceil((most - 1) / 2);
  const last = most - 1 - first;
  return [
    ...Array.from({ length: first }, (_, i) => i),
    null,
    ...Array.from({ length: last }, (_, i) => size - last + i),
  ];
}

export const elementText = (element: unknown): string => {
  if (typeof element === "number") return shortNumber(element);
  const text = String(element);
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
};

/** In brackets, as numpy prints; columns stand below each other. */
export function arrayText(view: ArrayView): string {
  const { shape } = view;
  if (shape.length === 0) return elementText(view.at([]));
  const rank = shape.length;
  // Of stacks of tables two or three say enough.
  const indices = shape.map((size, axis) => folded(size, axis < rank - 2 ? 3 : 8));
  const cells: string[] = [];
  const build = (axis: number, place: readonly number[]): Nested =>
    (indices[axis] as Folded).map((index) => {
      if (index === null) return null;
      const next = [...place, index];
      if (axis < rank - 1) return build(axis + 1, next);
      const text = elementText(view.at(next));
      cells.push(text);
      return text;
    });
  const nested = build(0, []);
  const width = rank > 1 ? Math.max(0, ...cells.map((cell) => cell.length)) : 0;
  return written(nested, rank, 1, width);
}

type Nested = readonly (string | null | Nested)[];

function written(nested: Nested, depth: number, indent: number, width: number): string {
  const parts = nested.map((part) =>
    part === null ? "…" : typeof part === "string" ? part.padStart(width) : written(part, depth - 1, indent + 1, width),
  );
  if (depth === 1) return `[${parts.join(", ")}]`;
  return `[${parts.join(`,\n${" ".repeat(indent)}`)}]`;
}
