// One output of a cell as HTML, in the richest form that the page can show.

import { escapeHtml } from "../display/escape.js";
import { isObject, textOf } from "../notebook/format.js";
import type { Json } from "../wire/messages.js";
import { ansiHtml } from "./code.js";
import { canDraw, figureHtml, plotlyType } from "./figures.js";
import { markdownHtml } from "./markdown.js";

const pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** `nonce` lets the scripts of outputs run, and no others. */
export function outputHtml(output: Json, nonce: string): string {
  switch (output["output_type"]) {
    case "stream":
      return `<pre class="${output["name"] === "stderr" ? "stderr" : "stdout"}">${ansiHtml(textOf(output["text"]))}</pre>`;
    case "error": {
      const { traceback, ename, evalue } = output;
      const lines = Array.isArray(traceback) && traceback.length > 0 ? traceback : [`${ename}: ${evalue}`];
      return `<pre class="error">${ansiHtml(lines.join("\n"))}</pre>`;
    }
    default:
      return isObject(output["data"]) ? bundleHtml(output["data"], nonce) : "";
  }
}

function bundleHtml(data: Json, nonce: string): string {
  const figure = data[plotlyType];
  if (figure === undefined || !canDraw(figure)) return stillHtml(data, nonce);
  return figureHtml(figure, stillHtml(data, nonce));
}

function stillHtml(data: Json, nonce: string): string {
  const has = (type: string): boolean => data[type] !== undefined;
  const text = (type: string): string => textOf(data[type]);
  if (has("text/html")) return text("text/html").replaceAll(/<script\b/gi, `<script nonce="${nonce}"`);
  if (has("text/markdown")) return markdownHtml(text("text/markdown"));
  if (has("image/svg+xml")) return image("image/svg+xml", Buffer.from(text("image/svg+xml")).toString("base64"));
  const picture = pictures.find(has);
  if (picture) return image(picture, text(picture).replaceAll(/\s/g, ""));
  if (has("text/latex")) return markdownHtml(text("text/latex"));
  if (has("application/json")) return `<pre>${escapeHtml(JSON.stringify(data["application/json"], null, 2))}</pre>`;
  return has("text/plain") ? `<pre>${ansiHtml(text("text/plain"))}</pre>` : "";
}

function image(type: string, base64: string): string {
  return `<img alt="" src="data:${type};base64,${base64}">`;
}
