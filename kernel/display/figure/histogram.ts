// A histogram trace → boxes.

import { binned, binsFor } from "../chart/bins.js";
import type { Mark } from "../chart/chart.js";
import type { PlacedTrace } from "./traces.js";
import { fields, finite, list, words } from "./values.js";

export function histogramMarks({ trace, name, colour, x, y, layout, group }: PlacedTrace): readonly Mark[] {
  const lying = trace["orientation"] === "h" || (trace["x"] === undefined && trace["y"] !== undefined);
  const along = lying ? y : x;
  const values = list(trace[lying ? "y" : "x"]).flatMap((value) => along.place(value) ?? []);
  const names = along.describe().labels;
  const bins = names ? { low: -0.5, width: 1, count: Math.max(1, names.length) } : numberBins(trace, values, lying);
  const counts = binned(values, bins);
  const factor = factorOf(words(trace["histnorm"]) ?? "", values.length, bins.width);
  const boxes = [...counts].map((count, i) => {
    const from = bins.low + i * bins.width;
    const ends = { from, to: from + bins.width, height: count * factor };
    return lying
      ? { x0: 0, x1: ends.height, y0: ends.from, y1: ends.to }
      : { x0: ends.from, x1: ends.to, y0: 0, y1: ends.height };
  });
  const over = words(layout["barmode"]) === "overlay" || group.count > 1;
  const opacity = finite(trace["opacity"]) ?? (over ? 0.55 : 0.85);
  const own = words(fields(trace["marker"])["color"]) ?? colour;
  return [{ kind: "boxes", name, colour: own, opacity, boxes, named: trace["showlegend"] !== false }];
}

function numberBins(
  trace: PlacedTrace["trace"],
  values: readonly number[],
  lying: boolean,
): { low: number; width: number; count: number } {
  const { start, end, size } = fields(trace[lying ? "ybins" : "xbins"]);
  const [low, high, width] = [finite(start), finite(end), finite(size)];
  if (low !== undefined && high !== undefined && width !== undefined && width > 0 && high > low)
    return { low, width, count: Math.min(1000, Math.ceil((high - low) / width - 1e-9)) };
  return binsFor(values, finite(trace[lying ? "nbinsy" : "nbinsx"]));
}

function factorOf(norm: string, count: number, width: number): number {
  const total = Math.max(1, count);
  if (norm === "percent") return 100 / total;
  if (norm === "probability") return 1 / total;
  if (norm === "density") return 1 / width;
  return norm === "probability density" ? 1 / (total * width) : 1;
}
