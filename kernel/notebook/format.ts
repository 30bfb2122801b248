// Notebooks between disk and front end: on disk long texts are lists of lines and keys are sorted, as nbformat has it.

import type { Json } from "../wire/messages.js";

export type Notebook = Json & { readonly cells: readonly Json[]; readonly metadata: Json };

export const emptyNotebook: Notebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };

/** What was to be a notebook is none. */
export class NotebookError extends Error {
  override name = "NotebookError";
}

/** Checked as far as a wrong one would harm: what is inside of cells is the front end's. */
export function notebookOf(value: unknown): Notebook {
  const fault = faultOf(value);
  if (fault) throw new NotebookError(`not a notebook: ${fault}`);
  return value as Notebook;
}

function faultOf(value: unknown): string | null {
  if (!isObject(value)) return "it isn't a JSON object";
  const { nbformat, cells, metadata } = value;
  if (nbformat !== 4) return `"nbformat" is ${JSON.stringify(nbformat) ?? "missing"}, only 4 is known`;
  if (!isObject(metadata)) return '"metadata" must be an object';
  if (!Array.isArray(cells)) return '"cells" must be a list';
  const odd = cells.findIndex(
    (cell) => !isObject(cell) || typeof cell["cell_type"] !== "string" || !isText(cell["source"]),
  );
  return odd < 0 ? null : `cell ${odd + 1} has no "cell_type" or "source"`;
}

export function parseNotebook(text: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NotebookError(`not a notebook: ${(error as Error).message}`);
  }
  return mapTexts(notebookOf(value), (text) => (Array.isArray(text) ? text.join("") : text));
}

export function formatNotebook(notebook: Notebook): string {
  const split = mapTexts(notebook, (text, type) => (typeof text === "string" && isLines(type) ? linesOf(text) : text));
  return `${JSON.stringify(sorted(split), null, 1)}\n`;
}

/** Every text that nbformat splits: sources, streams, and data that is text. */
function mapTexts(notebook: Notebook, change: (text: unknown, type: string) => unknown): Notebook {
  const bundle = (data: unknown): unknown =>
    isObject(data)
      ? fromEntries(
          Object.entries(data).map(([type, value]) => [
            type,
            isJson(type) || !isText(value) ? value : change(value, type),
          ]),
        )
      : data;
  const output = (value: unknown): unknown => {
    if (!isObject(value)) return value;
    if (value["output_type"] === "stream") return { ...value, text: change(value["text"], plain) };
    return "data" in value ? { ...value, data: bundle(value["data"]) } : value;
  };
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: change(cell["source"], plain),
    ...(Array.isArray(cell["outputs"]) ? { outputs: cell["outputs"].map(output) } : {}),
    ...(isObject(cell["attachments"])
      ? { attachments: fromEntries(Object.entries(cell["attachments"]).map(([name, data]) => [name, bundle(data)])) }
      : {}),
  }));
  return { ...notebook, cells };
}

const plain = "text/plain";

/** Pictures in base64 have none. */
const isLines = (type: string): boolean => /^text\/|^image\/svg\+xml$|javascript$/.test(type);

const isJson = (type: string): boolean => /[/+]json$/.test(type);

/** With their line ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** Also where a key is "__proto__". */
const fromEntries = (entries: readonly (readonly [string, unknown])[]): Json => Object.fromEntries(entries);

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that may be a list of lines. */
export function textOf(text: unknown): string {
  return Array.isArray(text) ? text.join("") : String(text ?? "");
}

function isText(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"));
}
