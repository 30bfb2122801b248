// What was run, kept in a file across restarts and answered as history_request asks.

import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Json } from "./messages.js";

/** Entries kept in the file. */
const capacity = 20000;

interface Entry {
  readonly session: number;
  readonly line: number;
  readonly input: string;
  readonly output: string | null;
}

/** [session, line, input], or [session, line, [input, output]]. */
type Answer = readonly [number, number, string | readonly [string, string | null]];

export class History {
  readonly #file: string | null;
  readonly #entries: Entry[];
  readonly session: number;

  /** Reads the file; a missing one is an empty history, a broken line is left out. Null: nothing is kept. */
  constructor(file: string | null) {
    this.#file = file;
    this.#entries = file === null ? [] : read(file);
    this.session = (this.#entries.at(-1)?.session ?? 0) + 1;
    if (file !== null && this.#entries.length > capacity) {
      this.#entries.splice(0, this.#entries.length - capacity);
      rewrite(file, this.#entries);
    }
  }

  add(line: number, input: string, output: string | null): void {
    const entry: Entry = { session: this.session, line, input, output };
    this.#entries.push(entry);
    if (this.#file === null) return;
    try {
      appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
    } catch {
      // A history that can't be written is no reason not to run cells.
    }
  }

  /** The content of a history_reply's `history`. */
  answer(request: Json): Answer[] {
    const found = this.#find(request);
    return found.map(({ session, line, input, output }) => [
      session,
      line,
      request["output"] === true ? ([input, output] as const) : input,
    ]);
  }

  #find(request: Json): readonly Entry[] {
    const n = typeof request["n"] === "number" && request["n"] > 0 ? request["n"] : Number.POSITIVE_INFINITY;
    switch (request["hist_access_type"]) {
      case "range":
        return this.#range(Number(request["session"] ?? 0), Number(request["start"] ?? 0), request["stop"]);
      case "search":
        return this.#search(String(request["pattern"] ?? "*"), n, request["unique"] === true);
      default:
        return lastOf(this.#entries, n);
    }
  }

  #range(session: number, start: number, stop: unknown): readonly Entry[] {
    // 0 and negative numbers count back from the present session, as IPython does.
    const wanted = session > 0 ? session : this.session + session;
    const end = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
    return this.#entries.filter((entry) => entry.session === wanted && entry.line >= start && entry.line < end);
  }

  #search(pattern: string, n: number, unique: boolean): readonly Entry[] {
    const matches = glob(pattern);
    let found = this.#entries.filter((entry) => matches.test(entry.input));
    // Of equal inputs the last one stays.
    if (unique) found = [...new Map(found.map((entry) => [entry.input, entry])).values()];
    return lastOf(found, n);
  }
}

const lastOf = <T>(list: readonly T[], n: number): readonly T[] => list.slice(Math.max(0, list.length - n));

/** The patterns of SQLite's GLOB, which IPython uses: `*` and `?`. */
function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replace(/\*+/g, "[^]*")
    .replace(/\?/g, "[^]");
  return new RegExp(`^${source}$`, "u");
}

function read(file: string): Entry[] {
  let text = "";
  try {
    mkdirSync(dirname(file), { recursive: true });
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  const entries: Entry[] = [];
  for (const line of text.split("\n")) {
    try {
      const entry = JSON.parse(line) as Entry;
      if (typeof entry.input === "string" && typeof entry.session === "number") entries.push(entry);
    } catch {
      // Cut off by a crash.
    }
  }
  return entries;
}

function rewrite(file: string, entries: readonly Entry[]): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  renameSync(fresh, file);
}
