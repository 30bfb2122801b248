// Figures: data and layout as Plotly describes them, shown by the notebook.

import { ValueError } from "../graph/errors.js";
import { type HistoryLike, historyFigure, isHistory } from "./historyFigure.js";
import { showsItself } from "./notebook.js";
import { gridGray, palette, textGray } from "./palette.js";
import { plain } from "./plain.js";

/** A figure as Plotly describes it. */
export interface FigureLike {
  readonly data: readonly object[];
  readonly layout?: object | undefined;
  readonly config?: object | undefined;
}

export interface PlotOptions {
  readonly title?: string | undefined;
  /** Pixels; by default as wide as the page. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** True: values on a logarithmic scale. By default losses that fall a hundredfold have one. */
  readonly log?: boolean | undefined;
  /** Which logs of a history to show, for example `["loss", "accuracy"]`; their validation comes with them. Default all. */
  readonly metrics?: readonly string[] | undefined;
  /** Added to the layout; see plotly.com/javascript/reference. */
  readonly layout?: object | undefined;
  readonly config?: object | undefined;
}

/** What `plot` takes: a Plotly figure or its traces, histories of `fit`, or numbers. */
export type Plottable =
  | FigureLike
  | HistoryLike
  | readonly HistoryLike[]
  | Readonly<Record<string, HistoryLike>>
  | readonly object[]
  | ArrayLike<number>;

/** A picture that a notebook shows: with Plotly where it can, as an image elsewhere. */
export class Figure implements FigureLike {
  /** Plotly's traces. */
  data: object[];
  /** Plotly's layout. */
  layout: object;
  /** Plotly's config. */
  config: object;

  constructor(figure: FigureLike) {
    this.data = [...figure.data];
    this.layout = { template, ...figure.layout };
    // Plotly forgets a given height when it is responsive.
    const fixed = "height" in this.layout;
    this.config = { responsive: !fixed, displaylogo: false, ...figure.config };
  }

  /** Plain data: typed arrays and ndarrays as lists; NaN and infinity, which JSON doesn't know, as null. */
  toJSON(): { data: object[]; layout: object; config: object } {
    const { data, layout, config } = this;
    return plain({ data, layout: withTitles(layout), config }) as { data: object[]; layout: object; config: object };
  }

  toString(): string {
    const { title } = this.layout as { title?: string | { text?: string } };
    const text = typeof title === "string" ? title : title?.text;
    const names = this.data.map((trace) => {
      const { type = "scatter", name } = trace as { type?: unknown; name?: unknown };
      return typeof name === "string" && name ? `${String(type)} "${name}"` : String(type);
    });
    return `Figure${text ? ` "${text}"` : ""}: ${names.length > 0 ? names.join(", ") : "empty"}`;
  }
}

showsItself(Figure);

/** Titles may be written as mere text, which Plotly 3 no longer reads. */
function withTitles(layout: object, depth: number = 0): object {
  const entries = Object.entries(layout).map(([key, value]: [string, unknown]) => {
    if (key === "title" && typeof value === "string") return [key, { text: value }];
    const inner =
      depth < 2 && key !== "template" && typeof value === "object" && value !== null && !Array.isArray(value);
    return [key, inner && !ArrayBuffer.isView(value) ? withTitles(value, depth + 1) : value];
  });
  return Object.fromEntries(entries) as object;
}

/** No background, and colours that read on light and dark pages. */
const axis = {
  gridcolor: gridGray,
  zerolinecolor: gridGray,
  linecolor: gridGray,
  automargin: true,
  title: { font: { size: 12 }, standoff: 8 },
};
const template = {
  data: { heatmap: [{ colorscale: "Viridis" }] },
  layout: {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: textGray },
    colorway: palette,
    xaxis: axis,
    yaxis: axis,
    legend: { bgcolor: "rgba(0,0,0,0)" },
    title: { font: { size: 14 }, x: 0, xref: "paper", xanchor: "left", y: 0.98, yref: "container", yanchor: "top" },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: "rgba(128,128,128,0.6)", activecolor: palette[0] },
    margin: { l: 60, r: 20, t: 50, b: 50 },
  },
};

/**
 * A figure to show in a notebook: from a Plotly figure `{ data, layout }` or a list of traces; from what `fit` returned, or several of
 * these, overlaid; or from numbers. Raises ValueError for anything else.
 *
 * @example
 * const first = await m.fit(x, y);
 * plot(first);
 * const second = await m.fit(x, y);
 * plot({ first, second }, { title: "Which is better?" });
 * plot({ data: [{ type: "bar", x: ["a", "b"], y: [1, 2] }] });
 */
export function plot(value: Plottable, options: PlotOptions = {}): Figure {
  const { data, layout, config } = described(value, options);
  const { title, width, height, log } = options;
  const asked = { ...layout, ...(width ? { width } : {}), ...(height ? { height } : {}) };
  const titled = title === undefined ? {} : { title: { text: title } };
  const { yaxis } = asked as { yaxis?: object };
  const scaled = log === undefined ? {} : { yaxis: { ...yaxis, type: log ? "log" : "linear" } };
  return new Figure({
    data,
    layout: { ...asked, ...titled, ...scaled, ...options.layout },
    config: { ...config, ...options.config },
  });
}

function described(value: Plottable, options: PlotOptions): FigureLike {
  const wrong = (what: string): ValueError =>
    new ValueError(`plot shows a figure, a history, or numbers; received ${what}`, {
      hint: 'e.g. plot(history), plot({ first, second }), plot({ data: [{ type: "scatter", x, y }] })',
    });
  if (typeof value !== "object" || value === null) throw wrong(String(value));
  if (isHistory(value)) return historyFigure([{ name: "", history: value }], options);
  if (isFigure(value)) return value;
  if (ArrayBuffer.isView(value)) return lineOf(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) {
    const list = value as readonly unknown[];
    if (list.length > 0 && list.every((item) => typeof item === "number")) return lineOf(list);
    if (list.length > 0 && list.every(isHistory))
      return historyFigure(
        list.map((history, i) => ({ name: `run ${i + 1}`, history })),
        options,
      );
    const odd = list.findIndex((item) => typeof item !== "object" || item === null || isHistory(item));
    if (odd >= 0)
      throw wrong(`a list with ${isHistory(list[odd]) ? "a history among other things" : String(list[odd])}`);
    return { data: list as readonly object[] };
  }
  const entries = Object.entries(value);
  if (entries.length > 0 && entries.every(([, item]) => isHistory(item)))
    return historyFigure(
      entries.map(([name, history]) => ({ name, history: history as HistoryLike })),
      options,
    );
  throw wrong(
    `an object with ${
      entries.length > 0
        ? entries
            .map(([key]) => key)
            .slice(0, 5)
            .join(", ")
        : "nothing in it"
    }`,
  );
}

/** Whether something is a figure, or has the form of one. */
export function isFigure(value: unknown): value is FigureLike {
  const { data } = (value ?? {}) as { data?: unknown };
  return Array.isArray(data) && data.every((trace) => typeof trace === "object" && trace !== null);
}

const lineOf = (y: ArrayLike<number>): FigureLike => ({ data: [{ type: "scatter", mode: "lines", y }] });
