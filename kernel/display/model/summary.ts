// model.summary(), and a model itself → a table; nested models open at a click.

import { readableBytes } from "../../../lib/graph/bytes.js";
import { Model, Summary, type SummaryRow } from "../../../lib/index.js";
import { showShapes, totalLines } from "../../../lib/train/summary.js";
import { grouped } from "../../../lib/train/summaryRows.js";
import { escapeHtml } from "../escape.js";
import type { MimeBundle, Picture } from "../picture.js";

export const summaryPicture: Picture<Summary> = {
  name: "summary",
  accepts: (value): value is Summary => value instanceof Summary,
  draw: drawSummary,
};

export const modelPicture: Picture<Model> = {
  name: "model",
  accepts: (value): value is Model => value instanceof Model,
  draw: (model) =>
    model.built ? drawSummary(model.summarize({ columns: Number.POSITIVE_INFINITY })) : { "text/plain": String(model) },
};

function drawSummary(summary: Summary): MimeBundle {
  const { data, options } = summary;
  const columns = {
    connections: !data.chain,
    trainable: options.showTrainable ?? hasFrozen(data.rows),
    open: options.expandNested ?? false,
  };
  const html =
    `<div class="weft-summary"><p>Model: <b>${escapeHtml(data.model)}</b></p>${table(data.rows, columns)}` +
    `<p>${totalLines(data.totals)
      .map((line) => escapeHtml(line.trim()))
      .join("<br>")}</p></div>${style}`;
  return { "text/html": html, "text/plain": summary.text };
}

/** Said without being asked when some layers train and others don't. */
function hasFrozen(rows: readonly SummaryRow[]): boolean {
  return rows.some((row) => row.trainable === false || hasFrozen(row.inside));
}

interface Columns {
  readonly connections: boolean;
  readonly trainable: boolean;
  readonly open: boolean;
}

function table(rows: readonly SummaryRow[], columns: Columns): string {
  const heads = ["Layer", "Type", "Output shape", "Parameters", "Memory"];
  if (columns.connections) heads.push("Connected to");
  if (columns.trainable) heads.push("Trains");
  const head = heads.map((text) => `<th>${text}</th>`).join("");
  const body = rows.map((row) => rowHtml(row, columns, heads.length)).join("");
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function rowHtml(row: SummaryRow, columns: Columns, width: number): string {
  const { name, className, params, connectedTo, trainable, inside } = row;
  const cells = [
    `<b>${escapeHtml(name)}</b>`,
    escapeHtml(className),
    escapeHtml(showShapes(row)),
    params === null ? "unbuilt" : grouped(params),
    params ? readableBytes(4 * params) : "",
  ];
  if (columns.connections) cells.push(escapeHtml(connectedTo.join(", ")));
  if (columns.trainable) cells.push(trainable === null ? "" : trainable ? "yes" : "frozen");
  const numeric = new Set([3, 4]);
  const line = `<tr>${cells.map((cell, i) => `<td${numeric.has(i) ? ' class="weft-number"' : ""}>${cell}</td>`).join("")}</tr>`;
  if (inside.length === 0) return line;
  const nested = `<details${columns.open ? " open" : ""}><summary>${inside.length} layers of ${escapeHtml(name)}</summary>${table(inside, { ...columns, connections: true })}</details>`;
  return `${line}<tr><td class="weft-nested" colspan="${width}">${nested}</td></tr>`;
}

/** Only what Jupyter's own style of tables lacks. */
const style =
  "<style>.weft-summary table { margin: 0.4em 0; border-collapse: collapse; }" +
  ".weft-summary th, .weft-summary td { text-align: left !important; white-space: nowrap; padding: 0.25em 0.8em 0.25em 0; vertical-align: top; }" +
  ".weft-summary td.weft-number { text-align: right !important; font-variant-numeric: tabular-nums; }" +
  ".weft-summary thead th { border-bottom: 1px solid var(--jp-border-color1, #808080); }" +
  ".weft-summary td.weft-nested { padding-left: 1.5em; }" +
  ".weft-summary p { margin: 0.3em 0; }</style>";
