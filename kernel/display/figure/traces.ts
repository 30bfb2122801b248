// Traces of a figure → marks of a chart; null for types that only Plotly draws.

import type { Mark } from "../chart/chart.js";
import { thinnedLine } from "../chart/thinned.js";
import type { FigureAxis } from "./axes.js";
import { barMarks } from "./bars.js";
import { cssOf, scaleOf } from "./colours.js";
import { heatMark } from "./heatmap.js";
import { histogramMarks } from "./histogram.js";
import { type Fields, fields, finite, list, numberOf, words } from "./values.js";

/** A trace with what it shares with others. */
export interface PlacedTrace {
  readonly trace: Fields;
  readonly name: string;
  readonly colour: string;
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  readonly layout: Fields;
  /** Place among the bars that share an axis, and how many these are. */
  readonly group: { readonly index: number; readonly count: number };
  /** By place: how high bars are stacked already. */
  readonly stack: Map<string, number>;
}

type Drawn = (placed: PlacedTrace) => readonly Mark[];

/** By Plotly's trace type. */
const drawers: Readonly<Record<string, Drawn>> = {
  scatter: scatterMarks,
  scattergl: scatterMarks,
  bar: barMarks,
  histogram: histogramMarks,
  heatmap: heatMark,
  heatmapgl: heatMark,
};

export const typeOf = (trace: Fields): string => words(trace["type"]) ?? "scatter";

export const canDraw = (trace: Fields): boolean => Object.hasOwn(drawers, typeOf(trace));

export const marksOf = (placed: PlacedTrace): readonly Mark[] => drawers[typeOf(placed.trace)]?.(placed) ?? [];

/** Points beyond this many are left out of a static picture; lines keep their peaks. */
const mostPoints = 2000;

function scatterMarks(placed: PlacedTrace): readonly Mark[] {
  const { trace, name, colour } = placed;
  const { x, y } = pointsOf(placed);
  const mode = words(trace["mode"]) ?? (x.length < 20 ? "lines+markers" : "lines");
  const opacity = finite(trace["opacity"]);
  const joined = mode.includes("lines");
  const markers = mode.includes("markers");
  const line = fields(trace["line"]);
  const dash = words(line["dash"]);
  const thickness = finite(line["width"]);
  const base = {
    kind: "line" as const,
    name,
    dashed: dash !== undefined && dash !== "solid",
    ...(opacity === undefined ? {} : { opacity }),
    ...(thickness === undefined ? {} : { thickness }),
    ...(trace["fill"] === "tozeroy" ? { filledTo: 0 } : {}),
    named: trace["showlegend"] !== false,
  };
  if (joined) {
    const thin = x.length > mostPoints ? thinnedLine(x, y) : { x, y };
    return [
      { ...base, ...thin, colour: words(line["color"]) ?? colour, joined, markers: markers && x.length <= mostPoints },
    ];
  }
  if (!markers) return [];
  return byColour(placed, x.length).map(({ colour: own, indices }, i) => ({
    ...base,
    colour: own,
    x: indices.map((at) => x[at] as number),
    y: indices.map((at) => y[at] as number | null),
    joined: false,
    markers: true,
    named: base.named && i === 0,
  }));
}

/** A trace's points in numbers; points without a place on the x axis are left out. */
function pointsOf({ trace, x, y }: PlacedTrace): { x: number[]; y: (number | null)[] } {
  const given = list(trace["y"]);
  const along = list(trace["x"]);
  const start = numberOf(trace["x0"]) ?? 0;
  const step = numberOf(trace["dx"]) ?? 1;
  const places: number[] = [];
  const values: (number | null)[] = [];
  given.forEach((value, i) => {
    const at = along.length > 0 ? x.place(along[i]) : start + i * step;
    if (at === null) return;
    places.push(at);
    values.push(y.place(value));
  });
  return { x: places, y: values };
}

/** Points of one colour each; numbers become at most 16 steps of the colour scale. */
function byColour({ trace, colour, layout }: PlacedTrace, count: number): { colour: string; indices: number[] }[] {
  const marker = fields(trace["marker"]);
  const every = Math.max(1, Math.ceil(count / mostPoints));
  const indices = Array.from({ length: Math.ceil(count / every) }, (_, i) => i * every);
  const given = list(marker["color"]);
  if (given.length === 0) return [{ colour: words(marker["color"]) ?? colour, indices }];
  const numbers = given.map(numberOf);
  const numeric = numbers.every((value) => value !== null);
  const [low, high] = ends(numbers, finite(marker["cmin"]), finite(marker["cmax"]));
  const scale = scaleOf(marker, layout);
  const steps = 15;
  const shareOf = (i: number): number => Math.round((((numbers[i] ?? low) - low) / (high - low || 1)) * steps) / steps;
  const colourOf = (i: number): string => (numeric ? cssOf(scale(shareOf(i))) : (words(given[i]) ?? colour));
  const groups = new Map<string, number[]>();
  for (const i of indices) {
    const own = colourOf(i);
    groups.set(own, [...(groups.get(own) ?? []), i]);
  }
  return [...groups].map(([own, members]) => ({ colour: own, indices: members }));
}

/** The least and the greatest number, unless they are given. */
export function ends(
  numbers: Iterable<number | null>,
  givenLow: number | undefined,
  givenHigh: number | undefined,
): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of numbers) {
    if (value === null || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [givenLow ?? (Number.isFinite(low) ? low : 0), givenHigh ?? (Number.isFinite(high) ? high : 1)];
}
