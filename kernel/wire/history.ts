// What was run, kept in a file across restarts and answered as history_request asks.

import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { integer, text } from "./fields.js";
import { globMatcher } from "./glob.js";
import type { Json } from "./messages.js";

/** A file of this size becomes the older one of two; what was in the older one is forgotten. */
const fileBytes = 4 * 1024 * 1024;
/** Longer outputs aren't worth keeping. */
const longestOutput = 10000;
/** What `tail` answers when it isn't told how many. */
const usualTail = 10;

/** A line of the file. Kernels that run side by side write to the same one. */
interface Line {
  readonly kernel: string;
  readonly line: number;
  readonly input: string;
  readonly output: string | null;
}

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
  readonly #kernel: string = randomUUID();
  readonly #own: Line[] = [];
  /** Of earlier kernels; read when somebody asks, so that no kernel starts slower. */
  #earlier: readonly Entry[] | null = null;

  /** A missing file is an empty history, a broken line is left out. Null: nothing is kept. */
  constructor(file: string | null) {
    this.#file = file;
  }

  add(line: number, input: string, output: string | null): void {
    const kept = output !== null && output.length <= longestOutput ? output : null;
    const entry: Line = { kernel: this.#kernel, line, input, output: kept };
    this.#own.push(entry);
    if (this.#file === null) return;
    try {
      if (this.#own.length === 1) mkdirSync(dirname(this.#file), { recursive: true });
      // One write at the end of the file: lines of several kernels don't mix.
      appendFileSync(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
      if (statSync(this.#file).size > fileBytes) renameSync(this.#file, olderFile(this.#file));
    } catch {
      // A history that can't be written is no reason not to run cells.
    }
  }

  /** The content of a history_reply's `history`. */
  answer(request: Json): Answer[] {
    return this.#find(request).map(({ session, line, input, output }) => [
      session,
      line,
      request["output"] === true ? ([input, output] as const) : input,
    ]);
  }

  #find(request: Json): readonly Entry[] {
    const n = integer(request, "n");
    const kind = text(request, "hist_access_type", "tail");
    if (kind === "range") return this.#range(request);
    if (kind === "search") {
      const found = this.#search(text(request, "pattern", "*"), request["unique"] === true);
      return n === null ? found : lastOf(found, n);
    }
    return lastOf(this.#all(), n ?? usualTail);
  }

  #all(): readonly Entry[] {
    this.#earlier ??= this.#file === null ? [] : numbered(read(this.#file).filter((l) => l.kernel !== this.#kernel));
    const session = (this.#earlier.at(-1)?.session ?? 0) + 1;
    return [...this.#earlier, ...this.#own.map((line) => ({ ...line, session }))];
  }

  #range(request: Json): readonly Entry[] {
    const all = this.#all();
    const session = integer(request, "session") ?? 0;
    const present = (this.#earlier?.at(-1)?.session ?? 0) + 1;
    // 0 and negative numbers count back from the present session, as IPython does.
    const wanted = session > 0 ? session : present + session;
    const found = all.filter((entry) => entry.session === wanted);
    const after = (found.at(-1)?.line ?? 0) + 1;
    const fromEnd = (line: number): number => (line < 0 ? after + line : line);
    const start = fromEnd(integer(request, "start") ?? 0);
    const stop = fromEnd(integer(request, "stop") ?? after);
    return found.filter((entry) => entry.line >= start && entry.line < stop);
  }

  #search(pattern: string, unique: boolean): readonly Entry[] {
    const matches = globMatcher(pattern);
    const found = this.#all().filter((entry) => matches(entry.input));
    if (!unique) return found;
    // Of equal inputs the last one stays, in its place.
    const last = new Map(found.map((entry) => [entry.input, entry]));
    return found.filter((entry) => last.get(entry.input) === entry);
  }
}

const olderFile = (file: string): string => `${file}.old`;

const lastOf = <T>(list: readonly T[], n: number): readonly T[] =>
  list.slice(Math.max(0, list.length - Math.max(0, n)));

/** Each kernel is one session, in the order in which they began to write. */
function numbered(lines: readonly Line[]): Entry[] {
  const sessions = new Map<string, number>();
  for (const { kernel } of lines) if (!sessions.has(kernel)) sessions.set(kernel, sessions.size + 1);
  const entries = lines.map(({ kernel, ...line }) => ({ ...line, session: sessions.get(kernel) as number }));
  return entries.sort((a, b) => a.session - b.session);
}

function read(file: string): Line[] {
  return [olderFile(file), file].flatMap((one) => {
    let content: string;
    try {
      content = readFileSync(one, "utf8");
    } catch {
      return [];
    }
    return content.split("\n").flatMap(parseLine);
  });
}

function parseLine(json: string): Line[] {
  if (json === "") return [];
  try {
    const { kernel, line, input, output } = JSON.parse(json) as Partial<Line>;
    if (typeof kernel !== "string" || typeof line !== "number" || typeof input !== "string") return [];
    return [{ kernel, line, input, output: typeof output === "string" ? output : null }];
  } catch {
    // Cut off by a crash.
    return [];
  }
}
