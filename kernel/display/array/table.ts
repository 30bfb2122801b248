// An array's numbers → an HTML table; of more than two dimensions the first table of the stack.

import { escapeHtml } from "../escape.js";
import { elementText, type Folded, folded } from "./fold.js";
import type { ArrayView } from "./view.js";

const mostRows = 10;
const mostColumns = 10;

const quiet = "opacity:0.55;font-weight:normal";

export function arrayTable(view: ArrayView): string {
  const { shape } = view;
  if (shape.length === 0 || view.size === 0) return "";
  const before = shape.slice(0, -2).map(() => 0);
  const columns = folded(shape.at(-1) as number, mostColumns);
  const rows = shape.length === 1 ? null : folded(shape.at(-2) as number, mostRows);
  const caption =
    before.length > 0
      ? `<div style="${quiet}">[${before.join(", ")}, :, :] of ${shape.slice(0, -2).join(" × ")} tables</div>`
      : "";
  const head = `<tr>${rows ? "<th></th>" : ""}${columns.map((column) => `<th style="${quiet}">${mark(column)}</th>`).join("")}</tr>`;
  const body = (rows ?? [0])
    .map((row) => {
      const place = rows ? [...before, row] : [];
      return `<tr>${rows ? `<th style="${quiet}">${mark(row)}</th>` : ""}${rowCells(view, place, columns)}</tr>`;
    })
    .join("");
  return `${caption}<table style="font-variant-numeric:tabular-nums;margin:4px 0"><thead>${head}</thead><tbody>${body}</tbody></table>`;
}

const mark = (index: number | null): string => (index === null ? "⋯" : String(index));

function rowCells(view: ArrayView, place: readonly (number | null)[], columns: Folded): string {
  return columns
    .map((column) => {
      if (column === null || place.includes(null)) return `<td style="${quiet}">⋯</td>`;
      const element = view.at([...(place as number[]), column]);
      const text = escapeHtml(elementText(element));
      const odd = typeof element === "number" && !Number.isFinite(element);
      return odd ? `<td><b>${text}</b></td>` : `<td>${text}</td>`;
    })
    .join("");
}
