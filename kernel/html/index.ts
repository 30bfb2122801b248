// A notebook in, one page out that needs nothing else: works offline, figures interactive, and asks no other machine for anything.

import { randomBytes } from "node:crypto";
import { escapeHtml } from "../display/escape.js";
import { type Notebook, textOf } from "../notebook/format.js";
import type { Json } from "../wire/messages.js";
import { codeHtml } from "./code.js";
import { figureScript, plotlySource } from "./figures.js";
import { type ReadPicture, withImages } from "./images.js";
import { markdownHtml } from "./markdown.js";
import { outputHtml } from "./output.js";
import { style } from "./style.js";

export interface ExportOptions {
  /** For a notebook without a heading. */
  readonly name: string;
  /** The bytes of a picture that the notebook refers to by a path from its own folder; null when there is none. */
  readonly picture: ReadPicture;
}

export async function notebookHtml(notebook: Notebook, { name, picture }: ExportOptions): Promise<string> {
  const nonce = randomBytes(18).toString("base64");
  const language = languageOf(notebook);
  const cells = await Promise.all(notebook.cells.map((cell) => cellHtml(cell, language, picture, nonce)));
  const body = staying(cells.join("\n"));
  const figures = body.includes('<div class="figure"');
  const scripts = figures ? [plotlySource(), figureScript] : [];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(nonce)}">
<meta name="viewport" content="width=device-width">
<meta name="generator" content="Weft">
<title>${escapeHtml(titleOf(notebook) ?? name)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
${scripts.map((script) => `<script nonce="${nonce}">${script}</script>`).join("\n")}
</body>
</html>
`;
}

/** What a policy can't forbid: an element that leads the reader to another page by itself. */
function staying(html: string): string {
  return html.replaceAll(/<meta\b/gi, "<x-meta");
}

/** Scripts of outputs run, those in text don't; nothing is loaded. */
function policy(nonce: string): string {
  const rules = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval' blob:`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "media-src data: blob:",
    "font-src data:",
    "worker-src blob:",
    "connect-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return rules.join("; ");
}

async function cellHtml(cell: Json, language: string, picture: ReadPicture, nonce: string): Promise<string> {
  const source = textOf(cell["source"]);
  if (cell["cell_type"] === "markdown")
    return `<section class="text">${await withImages(markdownHtml(source), cell, picture)}</section>`;
  if (cell["cell_type"] !== "code") return `<section class="text"><pre>${escapeHtml(source)}</pre></section>`;
  const outputs = Array.isArray(cell["outputs"]) ? cell["outputs"] : [];
  if (source.trim() === "" && outputs.length === 0) return "";
  const shown = outputs.map((output: Json) => `<div>${outputHtml(output, nonce)}</div>`).join("\n");
  const count = cell["execution_count"] ?? " ";
  return `<section class="cell"><div class="count">[${count}]</div><pre class="input"><code>${codeHtml(source, language)}</code></pre>${shown && `\n<div class="outputs">${shown}</div>`}</section>`;
}

function languageOf({ metadata }: Notebook): string {
  const { language_info: info, kernelspec } = metadata as { language_info?: Json; kernelspec?: Json };
  return String(info?.["name"] ?? kernelspec?.["language"] ?? "typescript").toLowerCase();
}

function titleOf(notebook: Notebook): string | undefined {
  const texts = notebook.cells.filter((cell) => cell["cell_type"] === "markdown").map((cell) => textOf(cell["source"]));
  return texts.map((text) => /^#\s+(.+)$/m.exec(text)?.[1]).find((title) => title !== undefined);
}
