// Values from the command line into a notebook: a cell after the one tagged "parameters", as papermill has it.

import type { Notebook } from "../notebook/format.js";
import type { Json } from "../wire/messages.js";

export type Parameters = Readonly<Record<string, unknown>>;

const injected = "injected-parameters";

/** From "name=value"; what isn't JSON is text. */
export function parseParameters(given: readonly string[]): Parameters {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf("=");
      const name = text.slice(0, at).trim();
      if (at < 1 || !/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name))
        throw new Error(`--param ${text}: expected name=value, for example --param epochs=3`);
      return [name, parsed(text.slice(at + 1))];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The notebook with its cell of parameters, in place of an earlier one. */
export function withParameters(notebook: Notebook, parameters: Parameters, language: string): Notebook {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return notebook;
  const cells = notebook.cells.filter((cell) => !tagsOf(cell).includes(injected));
  const after = cells.findIndex((cell) => tagsOf(cell).includes("parameters")) + 1;
  const metadata = { tags: [injected] };
  const source = entries.map(([name, value]) => assignment(name, value, language)).join("\n");
  const cell = { cell_type: "code", id: injected, metadata, source, execution_count: null, outputs: [] };
  return { ...notebook, cells: [...cells.slice(0, after), cell, ...cells.slice(after)] };
}

export function tagsOf(cell: Json): string[] {
  const tags = (cell["metadata"] as Json | undefined)?.["tags"];
  return Array.isArray(tags) ? tags.map(String) : [];
}

function assignment(name: string, value: unknown, language: string): string {
  if (language === "python") return `${name} = ${pythonOf(value)}`;
  return `let ${name} = ${JSON.stringify(value)};`;
}

function pythonOf(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${pythonOf(one)}`);
  return `{${entries.join(", ")}}`;
}
