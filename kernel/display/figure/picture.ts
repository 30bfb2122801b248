// A figure → Plotly's MIME type, with the same picture for pages without Plotly.

import { Figure, type FigureLike } from "../../../lib/show/figure.js";
import { drawChart } from "../chart/draw.js";
import { escapeHtml } from "../escape.js";
import type { MimeBundle, Picture } from "../picture.js";
import { staticBundle } from "../static.js";
import { staticInk } from "../theme.js";
import { toChart } from "./toChart.js";
import { fields } from "./values.js";

export async function figureBundle(figure: Figure, text: string = String(figure)): Promise<MimeBundle> {
  const json = figure.toJSON();
  const { chart, left } = toChart(json);
  const remark = left.length > 0 ? `not drawn without Plotly: ${left.join(", ")}` : "";
  const words = remark ? `${text} (${remark})` : text;
  const shared =
    chart.panels.length > 0
      ? await staticBundle(drawChart(remark ? { ...chart, note: remark } : chart, staticInk), words)
      : { "text/html": `<pre>${escapeHtml(words)}</pre>`, "text/plain": words };
  return { "application/vnd.plotly.v1+json": json, ...shared };
}

export const figurePicture: Picture<Figure> = {
  name: "figure",
  accepts: (value): value is Figure => value instanceof Figure,
  draw: (figure) => figureBundle(figure),
};

/** Figures of other libraries: `{ data: [{ type, … }], layout }`. */
export const plotlyPicture: Picture<FigureLike> = {
  name: "plotly",
  accepts: isPlotly,
  draw: (figure) => figureBundle(new Figure(figure)),
};

const traceKeys = ["x", "y", "z", "values", "labels", "r", "lat", "locations", "cells", "node"];

function isPlotly(value: unknown): value is FigureLike {
  const { data, layout } = fields(value);
  if (!Array.isArray(data) || data.length === 0 || (layout !== undefined && typeof layout !== "object")) return false;
  return data.every((trace: unknown) => {
    const known = fields(trace);
    const typed = typeof known["type"] === "string";
    return (typed || layout !== undefined) && traceKeys.some((key) => typeof known[key] === "object");
  });
}
