// A file that was saved → what was written and how large, and the code that opens it.

import { readableBytes } from "../../lib/graph/bytes.js";
import { SavedFile } from "../../lib/index.js";
import { escapeHtml } from "./escape.js";
import type { MimeBundle, Picture } from "./picture.js";

export const savedPicture: Picture<SavedFile> = {
  name: "saved file",
  accepts: (value): value is SavedFile => value instanceof SavedFile,
  draw: drawSaved,
};

const cell = "text-align:left;padding:2px 16px 2px 0;white-space:nowrap;vertical-align:top";
const number = `${cell};text-align:right;font-variant-numeric:tabular-nums`;

function drawSaved(saved: SavedFile): MimeBundle {
  const { path, format, bytes, files, parts, opening } = saved;
  const several = files.length > 1 ? ` in ${files.length} files` : "";
  const head = `<div><b>${escapeHtml(path)}</b> · ${escapeHtml(format)} · ${readableBytes(bytes)}${several}</div>`;
  const rows = parts.map(
    (part) =>
      `<tr><td style="${cell};opacity:0.75">${escapeHtml(part.name)}</td><td style="${cell}">${escapeHtml(part.words)}</td>` +
      `<td style="${number}">${part.bytes === null ? "" : readableBytes(part.bytes)}</td></tr>`,
  );
  const table = `<table style="table-layout:auto;margin:4px 0"><tbody>${rows.join("")}</tbody></table>`;
  const hints = opening.map(
    ({ where, code }) =>
      `<div><span style="opacity:0.75">In ${escapeHtml(where)}:</span> <code>${escapeHtml(code)}</code></div>`,
  );
  return { "text/html": `<div class="weft-saved">${head}${table}${hints.join("")}</div>`, "text/plain": String(saved) };
}
