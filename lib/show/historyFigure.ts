// What fit returned → a figure: losses on the left, all other metrics on the right.

import type { FigureLike, PlotOptions } from "./figure.js";
import { paletteColour, textGray } from "./palette.js";

/** Values by epoch, as `fit` returns them. */
export interface HistoryLike {
  /** Epochs that were trained, counted from 0. */
  readonly epoch: readonly number[];
  /** One number per epoch by name: loss, accuracy, val_loss, … */
  readonly history: Readonly<Record<string, readonly number[]>>;
}

export interface NamedHistory {
  readonly name: string;
  readonly history: HistoryLike;
}

export function isHistory(value: unknown): value is HistoryLike {
  const { epoch, history } = (value ?? {}) as Partial<HistoryLike>;
  return (
    Array.isArray(epoch) &&
    typeof history === "object" &&
    history !== null &&
    Object.values(history).every(Array.isArray)
  );
}

/** Losses belong in one picture, all other metrics in another. */
export const isLoss = (name: string): boolean => /(^|_)loss$/.test(name);

/** Logs come by the alphabet; people look at the loss first. */
export const lossesFirst = (names: Iterable<string>): string[] =>
  [...names].sort((a, b) => Number(isLoss(b)) - Number(isLoss(a)));

/** Each curve's colour and that of its validation, which may come later and must not change the others'. */
export function seriesColour(name: string, names: readonly string[]): string {
  const bases = [...new Set(names.map(trainingName))];
  return paletteColour(2 * bases.indexOf(trainingName(name)) + Number(isValidation(name)));
}

/** Rates are of another size than any metric. */
const isRate = (name: string): boolean => name === "learning_rate" || name === "lr";

export const isValidation = (name: string): boolean => name.startsWith("val_");

const trainingName = (name: string): string => (isValidation(name) ? name.slice(4) : name);

/** Whether a falling curve only shows on a logarithmic scale. */
export function spansDecades(values: Iterable<number | null>): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    if (value <= 0) return false;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > low * 100;
}

/** One history, or several overlaid: these share colours by run, and their validation is dashed. */
export function historyFigure(runs: readonly NamedHistory[], options: PlotOptions): FigureLike {
  const wanted = (name: string): boolean => !options.metrics || options.metrics.includes(trainingName(name));
  const names = lossesFirst(new Set(runs.flatMap(({ history }) => Object.keys(history.history)))).filter(wanted);
  const hasLosses = names.some(isLoss);
  const hasOthers = names.some((name) => !isLoss(name) && !isRate(name));
  const both = hasLosses && hasOthers;
  const data = runs.flatMap(({ name: run, history }, runIndex) =>
    names
      .filter((name) => history.history[name])
      .map((name) => {
        const second = both && !isLoss(name);
        const values = history.history[name] as readonly number[];
        return {
          type: "scatter",
          mode: values.length > 30 ? "lines" : "lines+markers",
          name: run ? `${run}: ${name}` : name,
          x: history.epoch.map((epoch) => epoch + 1),
          y: values,
          line: {
            color: runs.length > 1 ? paletteColour(runIndex) : seriesColour(name, names),
            dash: isValidation(name) ? "dash" : "solid",
          },
          ...(runs.length > 1 && names.length > 2 ? { legendgroup: run } : {}),
          ...(second ? { xaxis: "x2", yaxis: "y2" } : {}),
          ...(isRate(name) && (hasLosses || hasOthers) ? { visible: "legendonly" } : {}),
        };
      }),
  );
  const losses = runs.flatMap(({ history }) => names.filter(isLoss).flatMap((name) => history.history[name] ?? []));
  return { data, layout: historyLayout(both, hasLosses, options.log ?? spansDecades(losses)) };
}

function historyLayout(both: boolean, losses: boolean, log: boolean): object {
  const epochs = { title: { text: "epoch" } };
  // A loss of 1e-4 is no "100µ".
  const values = {
    title: { text: losses ? "loss" : "" },
    exponentformat: "e",
    ...(losses ? { type: log ? "log" : "linear" } : {}),
  };
  const second = {
    xaxis: { ...epochs, domain: [0, 0.46], anchor: "y" },
    xaxis2: { ...epochs, domain: [0.54, 1], anchor: "y2" },
    yaxis2: { title: { text: "metrics" }, anchor: "x2" },
  };
  return {
    height: 380,
    hovermode: "x unified",
    // Below, where it may grow without running into the title.
    legend: { orientation: "h", x: 0, y: 0, yref: "container", yanchor: "bottom" },
    margin: { l: 60, r: 20, t: 72, b: 74 },
    xaxis: epochs,
    yaxis: values,
    ...(both ? second : {}),
    ...(losses ? { updatemenus: [scaleMenu] } : {}),
  };
}

/** Two buttons above the axis of losses. */
const scaleButton = (type: string): object => ({ label: type, method: "relayout", args: [{ "yaxis.type": type }] });
const scaleMenu = {
  type: "buttons",
  direction: "left",
  x: 0,
  xanchor: "left",
  y: 1.02,
  yanchor: "bottom",
  pad: { r: 0, t: 0, b: 0, l: 0 },
  // The active button would be a white slab on dark pages.
  showactive: false,
  buttons: [scaleButton("linear"), scaleButton("log")],
  bgcolor: "rgba(128,128,128,0.15)",
  bordercolor: "rgba(128,128,128,0.3)",
  font: { color: textGray, size: 10 },
};
