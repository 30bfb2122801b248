// Messages of a kernel in, outputs of cells as a notebook holds them out.

import type { Json } from "../wire/messages.js";

/** Of one cell, in order. */
export class Outputs {
  readonly list: Json[] = [];
  /** Emptied when the next output comes. */
  #clearNext = false;

  add(output: Json): void {
    this.#clear();
    const last = this.list.at(-1);
    if (output["output_type"] === "stream" && last?.["output_type"] === "stream" && last["name"] === output["name"])
      last["text"] = overwritten(`${last["text"]}${output["text"]}`);
    else
      this.list.push(
        output["output_type"] === "stream" ? { ...output, text: overwritten(`${output["text"]}`) } : output,
      );
  }

  clear(wait: boolean): void {
    this.#clearNext = true;
    if (!wait) this.#clear();
  }

  #clear(): void {
    if (this.#clearNext) this.list.length = 0;
    this.#clearNext = false;
  }
}

/** Of all cells of a notebook: displays may be updated by any later cell. */
export class NotebookOutputs {
  /** By the id of the request that ran the cell. */
  readonly #cells = new Map<string, Outputs>();
  readonly #displays = new Map<string, Json[]>();

  begin(request: string): Outputs {
    const outputs = new Outputs();
    this.#cells.set(request, outputs);
    return outputs;
  }

  /** A message from iopub. */
  hear(type: string, content: Json, parent: string | undefined): void {
    const display = (content["transient"] as Json | undefined)?.["display_id"];
    if (type === "update_display_data") this.#update(String(display), content);
    const cell = parent === undefined ? undefined : this.#cells.get(parent);
    const output = outputOf(type, content);
    if (type === "clear_output") cell?.clear(content["wait"] === true);
    if (!cell || !output) return;
    if (display !== undefined) {
      // Shown again under its name, it changes wherever it stands.
      this.#update(String(display), content);
      this.#displays.set(String(display), [...(this.#displays.get(String(display)) ?? []), output]);
    }
    cell.add(output);
  }

  #update(display: string, { data, metadata }: Json): void {
    for (const output of this.#displays.get(display) ?? []) Object.assign(output, { data, metadata: metadata ?? {} });
  }
}

function outputOf(type: string, content: Json): Json | null {
  const { data, metadata, name, text, ename, evalue, traceback, execution_count } = content;
  switch (type) {
    case "stream":
      return { output_type: type, name, text };
    case "display_data":
      return { output_type: type, data, metadata: metadata ?? {} };
    case "execute_result":
      return { output_type: type, data, metadata: metadata ?? {}, execution_count };
    case "error":
      return { output_type: type, ename, evalue, traceback };
    default:
      return null;
  }
}

/** Lines as a terminal would leave them: a carriage return begins the line again. */
export function overwritten(text: string): string {
  return text.replace(/[^\n]*\r(?!\n|\r*$)/g, "");
}
