// An ndarray → what it is, its statistics with a histogram, and its numbers, folded in the middle.

import { readableBytes } from "../../../lib/graph/bytes.js";
import { paletteColour } from "../../../lib/show/palette.js";
import { smallHistogram } from "../chart/smallHistogram.js";
import { escapeHtml } from "../escape.js";
import type { MimeBundle, Picture } from "../picture.js";
import { svgImage } from "../static.js";
import { staticInk } from "../theme.js";
import { arrayText } from "./fold.js";
import { type Statistics, statisticsOf, statisticsPairs } from "./statistics.js";
import { arrayTable } from "./table.js";
import { isNdArray, type NdArrayLike, viewOf } from "./view.js";

export const arrayPicture: Picture<NdArrayLike> = {
  name: "array",
  accepts: isNdArray,
  draw: (array) => arrayBundle(array, "ndarray"),
};

/** `name` says what holds the numbers. */
export function arrayBundle(array: NdArrayLike, name: string): MimeBundle {
  const view = viewOf(array);
  const statistics = view.shape.length > 0 ? statisticsOf(view) : null;
  const pairs = statistics ? statisticsPairs(statistics, view.size) : [];
  const shape = `[${view.shape.join(", ")}]`;
  const said = pairs.map(([what, value]) => `${what} ${value}`).join(", ");
  const text = `${name} ${shape} ${view.dtype}${said ? `: ${said}` : ""}\n${arrayText(view)}`;
  const { byteLength } = array.data as unknown as { byteLength?: unknown };
  const bytes = typeof byteLength === "number" && view.size > 0 ? (byteLength / array.data.length) * view.size : null;
  const head = [`<b>${escapeHtml(name)}</b> ${shape}`, view.dtype, bytes === null ? "" : readableBytes(bytes)].filter(
    Boolean,
  );
  const value = view.shape.length === 0 ? ` <b>${escapeHtml(arrayText(view))}</b>` : "";
  const html = `<div>${head.join(" · ")}${value}</div>${statistics ? summary(statistics, pairs) : ""}${arrayTable(view)}`;
  return { "text/html": `<div class="weft-array">${html}</div>`, "text/plain": text };
}

/** One row: the histogram and the numbers beside it. */
export function summary(statistics: Statistics, pairs: readonly (readonly [string, string])[]): string {
  const drawn = { colour: paletteColour(0), width: 240, height: 72, axis: true };
  const svg = statistics.max > statistics.min ? smallHistogram(statistics.values, staticInk, drawn) : "";
  const image = svg
    ? `<span style="display:inline-block;vertical-align:middle">${svgImage(svg, "histogram")}</span>`
    : "";
  const facts = pairs.map(
    ([what, value]) =>
      `<span style="display:inline-block;margin-right:1.2em;white-space:nowrap"><span style="opacity:0.6">${escapeHtml(what)}</span> ${escapeHtml(value)}</span>`,
  );
  return `<div>${image}<span style="display:inline-block;vertical-align:middle;margin-left:0.8em;max-width:24em">${facts.join("")}</span></div>`;
}
