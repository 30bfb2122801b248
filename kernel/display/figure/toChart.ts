// A figure as Plotly describes it → a chart: its traces in the panels of their axes. Says which trace types only Plotly draws.

import { paletteColour } from "../../../lib/show/palette.js";
import type { Chart, Panel } from "../chart/chart.js";
import { FigureAxis } from "./axes.js";
import { canDraw, marksOf, type PlacedTrace, typeOf } from "./traces.js";
import { type Fields, fields, finite, list, titleOf, words } from "./values.js";

export interface Converted {
  readonly chart: Chart;
  /** Types of traces that are left out. */
  readonly left: readonly string[];
}

// Fits beside a side bar: the image is not made smaller everywhere.
const defaultWidth = 660;
const defaultHeight = 380;
/** Half of what usually lies between two domains. */
const gap = 0.04;

export function toChart(figure: { readonly data: readonly unknown[]; readonly layout: unknown }): Converted {
  const layout = fields(figure.layout);
  const all = figure.data.map(fields);
  const shown = all.filter((trace) => trace["visible"] !== false && trace["visible"] !== "legendonly");
  const drawn = shown.filter(canDraw);
  const axes = new Map<string, FigureAxis>();
  const axisOf = (id: string): FigureAxis => {
    const known = axes.get(id) ?? new FigureAxis(layout[`${id[0]}axis${id.slice(1)}`]);
    axes.set(id, known);
    return known;
  };
  const panels = new Map<string, Fields[]>();
  for (const trace of drawn) {
    const [x, y] = axisNames(trace);
    axisOf(x).see(list(trace["x"]));
    axisOf(y).see(list(trace["y"]));
    panels.set(`${x} ${y}`, [...(panels.get(`${x} ${y}`) ?? []), trace]);
  }
  const colours = coloursOf(all, layout);
  const named = shown.length > 1 || shown.some((trace) => trace["showlegend"] === true);
  const title = titleOf(layout["title"]);
  const chart: Chart = {
    width: size(layout["width"], defaultWidth),
    height: size(layout["height"], defaultHeight),
    ...(title ? { title } : {}),
    legend: layout["showlegend"] === false ? false : named,
    panels: overlaid(
      [...panels].map(([key, traces]) => {
        const [x = "x", y = "y"] = key.split(" ");
        const panel = panelOf(traces, axisOf(x), axisOf(y), layout, (trace) => colours.get(trace) ?? paletteColour(0));
        const base = words(axisOf(y).layout["overlaying"]);
        return { key, panel, base: base === undefined ? null : `${x} ${base}` };
      }),
    ),
  };
  return { chart, left: [...new Set(shown.filter((trace) => !canDraw(trace)).map(typeOf))] };
}

/** A panel that lies over another becomes that one's second axis. */
function overlaid(panels: readonly { key: string; panel: Panel; base: string | null }[]): Panel[] {
  const found = new Map<string, Panel>();
  for (const { key, panel } of panels.filter(({ base }) => base === null)) found.set(key, panel);
  for (const { key, panel, base } of panels.filter((one) => one.base !== null)) {
    const below = found.get(base as string);
    if (!below || below.second) found.set(key, panel);
    else found.set(base as string, { ...below, second: { y: panel.y, marks: panel.marks } });
  }
  return [...found.values()];
}

/** Between a thumbnail and a wall. */
const size = (value: unknown, usual: number): number => Math.min(2000, Math.max(160, finite(value) ?? usual));

const axisNames = (trace: Fields): [x: string, y: string] => [
  axisName(trace["xaxis"], "x"),
  axisName(trace["yaxis"], "y"),
];

const axisName = (value: unknown, letter: string): string => {
  const name = words(value) ?? "";
  return new RegExp(`^${letter}\\d*$`).test(name) ? name : letter;
};

function coloursOf(traces: readonly Fields[], layout: Fields): Map<Fields, string> {
  const way = list(layout["colorway"]).filter((colour) => typeof colour === "string");
  return new Map(
    traces.map((trace, i) => [trace, (way.length > 0 ? way[i % way.length] : undefined) ?? paletteColour(i)]),
  );
}

function panelOf(
  traces: readonly Fields[],
  x: FigureAxis,
  y: FigureAxis,
  layout: Fields,
  colourOf: (trace: Fields) => string,
): Panel {
  const grouped = traces.filter((trace) => ["bar", "histogram"].includes(typeOf(trace)));
  const stack = new Map<string, number>();
  const marks = traces.flatMap((trace, i) => {
    const placed: PlacedTrace = {
      trace,
      name: words(trace["name"]) ?? (traces.length > 1 ? `trace ${i}` : ""),
      colour: colourOf(trace),
      x,
      y,
      layout,
      group: { index: Math.max(0, grouped.indexOf(trace)), count: Math.max(1, grouped.length) },
      stack,
    };
    return marksOf(placed);
  });
  const [left = 0, right = 1] = list(x.layout["domain"]).map((end) => finite(end) ?? 0);
  const [low = 0, high = 1] = list(y.layout["domain"]).map((end) => finite(end) ?? 0);
  // Plotly's domains leave out the axes' numbers, which here lie inside of the panel.
  const place = {
    left: left > 0 ? left - gap : 0,
    right: right < 1 ? right + gap : 1,
    top: high < 1 ? 1 - high - gap : 0,
    bottom: low > 0 ? 1 - low + gap : 1,
  };
  return { place, x: x.describe(), y: y.describe(), marks };
}
