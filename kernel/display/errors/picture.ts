// An error of the library → a block: what is wrong, the edge of the graph where, and what to do. Errors that are not about a graph
// have their text only, which a traceback shows as well.

import { ModelPlot, WeftError } from "../../../lib/index.js";
import { drawingOfRefusal } from "../../../lib/train/refusal.js";
import { escapeHtml } from "../escape.js";
import { graphHtml } from "../model/graph.js";
import type { MimeBundle, Picture } from "../picture.js";

export const errorPicture: Picture<WeftError> = {
  name: "error",
  accepts: (value): value is WeftError => value instanceof WeftError,
  draw: drawError,
};

function drawError(error: WeftError): MimeBundle {
  const text = `${error.name}: ${error.message}`;
  const drawing = error.refused && drawingOfRefusal(error.refused);
  if (!drawing) return { "text/plain": text };
  const graph = graphHtml(new ModelPlot(drawing, { rankdir: "LR" }));
  const { problem, where, notes, hint } = error;
  const facts = [...(where ? [`at ${where}`] : []), ...notes];
  const html = [
    `<div style="font-weight:600">${escapeHtml(error.name)}: ${escapeHtml(problem)}</div>`,
    ...facts.map((fact) => `<div style="opacity:0.75">${escapeHtml(fact)}</div>`),
    `<div style="margin:6px 0">${graph}</div>`,
    ...(hint ? [`<div><b>Hint:</b> ${escapeHtml(hint)}</div>`] : []),
  ];
  const style = "border-left:4px solid #e5484d;padding:2px 0 2px 12px;margin:4px 0";
  return { "text/html": `<div class="weft-error" style="${style}">${html.join("")}</div>`, "text/plain": text };
}
