// Which notebooks may run scripts when they are opened: those whose outputs were made here, known by a keyed digest that only
// this user's files hold. What a notebook says of itself counts for nothing.

import { createHmac, randomBytes } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatNotebook, isObject, type Notebook } from "../../notebook/format.js";
import type { Json } from "../../wire/messages.js";
import { writeWhole } from "./write.js";

const mostKept = 20_000;

export class Trust {
  readonly #folder: string;
  #opened: Promise<{ readonly key: Buffer; readonly known: Set<string> }> | null = null;

  /** Of a folder that only this user can read. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** For a front end: every cell of code of the notebook with this text on disk says whether it is trusted. */
  async mark(notebook: Notebook, text: string): Promise<Notebook> {
    const { key, known } = await this.#open();
    return withMarks(withoutMarks(notebook), known.has(digest(key, text)));
  }

  /** The text for the disk, without marks; remembered when the front end calls all of the notebook trusted. */
  async format(notebook: Notebook): Promise<string> {
    const text = formatNotebook(withoutMarks(notebook));
    if (notebook.cells.every(isTrusted)) await this.#remember(text);
    return text;
  }

  async #remember(text: string): Promise<void> {
    const { key, known } = await this.#open();
    const one = digest(key, text);
    if (known.has(one)) return;
    known.add(one);
    if (known.size <= mostKept) return appendFile(this.#listFile, `${one}\n`, { mode: 0o600 });
    const kept = [...known].slice(-mostKept / 2);
    known.clear();
    for (const digest of kept) known.add(digest);
    await writeWhole(this.#listFile, `${kept.join("\n")}\n`);
  }

  get #listFile(): string {
    return join(this.#folder, "trusted-notebooks");
  }

  #open(): Promise<{ readonly key: Buffer; readonly known: Set<string> }> {
    this.#opened ??= this.#read();
    return this.#opened;
  }

  async #read(): Promise<{ readonly key: Buffer; readonly known: Set<string> }> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const keyFile = join(this.#folder, "trust-key");
    let key = await readFile(keyFile).catch(() => null);
    if (key?.length !== 32) {
      key = randomBytes(32);
      await appendFile(keyFile, "", { mode: 0o600 });
      await writeWhole(keyFile, key);
    }
    const list = await readFile(this.#listFile, "utf8").catch(() => "");
    return { key, known: new Set(list.split("\n").filter((line) => line !== "")) };
  }
}

function digest(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

function isTrusted(cell: Json): boolean {
  if (cell["cell_type"] !== "code") return true;
  const { outputs, metadata } = cell;
  return (isObject(metadata) && metadata["trusted"] === true) || !Array.isArray(outputs) || outputs.length === 0;
}

function withoutMarks(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => {
    if (!isObject(cell["metadata"]) || !("trusted" in cell["metadata"])) return cell;
    const { trusted: _, ...metadata } = cell["metadata"];
    return { ...cell, metadata };
  });
  return { ...notebook, cells };
}

function withMarks(notebook: Notebook, trusted: boolean): Notebook {
  const cells = notebook.cells.map((cell) =>
    cell["cell_type"] === "code" ? { ...cell, metadata: { ...(cell["metadata"] as Json | undefined), trusted } } : cell,
  );
  return { ...notebook, cells };
}
