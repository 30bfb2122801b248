// Numbers → a histogram that fits beside a line of text.

import type { Ink } from "../theme.js";
import { binned, binsFor } from "./bins.js";
import { drawChart } from "./draw.js";

export interface SmallHistogram {
  readonly colour: string;
  readonly width: number;
  readonly height: number;
  /** The numbers below it; false for the shape alone. */
  readonly axis: boolean;
}

const mostValues = 100_000;

/** SVG; empty without numbers. */
export function smallHistogram(
  values: Float64Array,
  ink: Ink,
  { colour, width, height, axis }: SmallHistogram,
): string {
  if (values.length === 0) return "";
  // A picture this small shows no more.
  const every = Math.ceil(values.length / mostValues);
  const seen = every > 1 ? values.filter((_, i) => i % every === 0) : values;
  const bins = binsFor(seen);
  const counts = binned(seen, bins);
  const boxes = [...counts].map((count, i) => ({
    x0: bins.low + i * bins.width,
    x1: bins.low + (i + 1) * bins.width,
    y0: 0,
    y1: count,
  }));
  const mark = { kind: "boxes" as const, name: "", colour, boxes, opacity: 0.85 };
  return drawChart(
    { width, height, legend: false, panels: [{ x: { hidden: !axis }, y: { hidden: true }, marks: [mark] }] },
    ink,
  );
}
