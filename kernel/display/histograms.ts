// Histograms of weights and gradients → a table with a small picture in each row.

import { type Distribution, type WeightHistogram, WeightHistograms } from "../../lib/index.js";
import { paletteColour } from "../../lib/show/palette.js";
import { drawChart } from "./chart/draw.js";
import { escapeHtml } from "./escape.js";
import { countNumber, shortNumber } from "./numbers.js";
import type { MimeBundle, Picture } from "./picture.js";
import { svgImage } from "./static.js";
import { staticInk } from "./theme.js";

/** Of more weights only these are drawn. */
const mostWeights = 80;

export const histogramsPicture: Picture<WeightHistograms> = {
  name: "histograms",
  accepts: (value): value is WeightHistograms => value instanceof WeightHistograms,
  draw: drawHistograms,
};

const cell = "text-align:left;padding:3px 10px 3px 0;white-space:nowrap;vertical-align:middle";

function drawHistograms(histograms: WeightHistograms): MimeBundle {
  const { name, weights, hasGradients } = histograms;
  const heads = ["weight", "numbers", "", ...(hasGradients ? ["gradient", ""] : [])];
  const rows = weights.slice(0, mostWeights).map((weight) => rowOf(weight, hasGradients));
  const left = weights.length - mostWeights;
  const more = left > 0 ? `<div>and ${left} more; histograms(layer) shows those of one layer</div>` : "";
  const head = heads.map((text) => `<th style="${cell}">${text}</th>`).join("");
  const html = `<div>Weights of <b>${escapeHtml(name)}</b></div><table style="table-layout:auto;margin:4px 0"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>${more}`;
  return { "text/html": `<div class="weft-histograms">${html}</div>`, "text/plain": String(histograms) };
}

function rowOf({ path, shape, trainable, values, gradient }: WeightHistogram, hasGradients: boolean): string {
  const frozen = trainable ? "" : " · not trained";
  const label = `<b>${escapeHtml(path)}</b><br><span style="opacity:0.6">[${shape.join(", ")}]${frozen}</span>`;
  const cells = [label, picture(values, 0), facts(values)];
  if (hasGradients) {
    const none = trainable ? "<b>⚠ none</b>" : "";
    cells.push(gradient ? picture(gradient, 1) : "", gradient ? facts(gradient, values) : none);
  }
  return `<tr>${cells.map((text) => `<td style="${cell}">${text}</td>`).join("")}</tr>`;
}

/** Numbers that are all the same need no picture. */
function picture({ min, max, counts }: Distribution, colour: number): string {
  if (!(max > min)) return "";
  const width = (max - min) / counts.length;
  const boxes = counts.map((count, i) => ({ x0: min + i * width, x1: min + (i + 1) * width, y0: 0, y1: count }));
  const mark = { kind: "boxes" as const, name: "", colour: paletteColour(colour), boxes, opacity: 0.85 };
  const panel = { x: {}, y: { hidden: true }, marks: [mark] };
  const svg = drawChart({ width: 130, height: 62, legend: false, panels: [panel] }, staticInk);
  // Else tables squeeze images to nothing.
  return `<div style="min-width:130px">${svgImage(svg, "histogram")}</div>`;
}

/** What the picture leaves out, and what looks wrong. `weights` are those that this is the gradient of. */
function facts(
  { min, max, mean, deviation, norm, zeros, notFinite, counts }: Distribution,
  weights?: Distribution,
): string {
  const total = counts.reduce((sum, count) => sum + count, 0) + notFinite;
  const lines = max > min ? [`mean ${shortNumber(mean)}`, `std ${shortNumber(deviation)}`] : [];
  if (weights && norm > 0 && weights.norm > 0)
    lines.push(`norm ${shortNumber(norm)}`, `${((100 * norm) / weights.norm).toPrecision(2)}% of the weight's`);
  if (max === min && !(weights && max === 0)) lines.push(`${total > 1 ? "all " : ""}${shortNumber(max)}`);
  const odd: string[] = [];
  if (notFinite > 0) odd.push(`⚠ ${countNumber(notFinite)} not finite`);
  if (weights && total > 0 && zeros === total) odd.push("⚠ all zero");
  else if (zeros > total / 10 && zeros < total) odd.push(`${Math.round((100 * zeros) / total)}% zero`);
  const bold = odd.map((text) => (text.startsWith("⚠") ? `<b>${text}</b>` : text));
  return [...lines, bold.join(" · ")].filter(Boolean).join("<br>");
}
