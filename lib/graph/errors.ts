// One form for every error a user can cause: what they wrote, where, what was expected, what came, what to do.

import type { Tensor } from "./tensor.js";

/** Extra lines of an error. */
export interface ErrorDetails {
  /** Where the user wrote it; found from the stack when absent. */
  readonly where?: string | undefined;
  /** Further facts, one line each. */
  readonly notes?: readonly string[];
  /** What to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A call that couldn't be made: whose it is, and on what. */
export interface RefusedCall {
  /** The layer's name, or the op's. */
  readonly name: string;
  /** "Dense"; of an op, its name. */
  readonly className: string;
  readonly inputs: readonly Tensor[];
}

const libraryFolder = new URL("..", import.meta.url).href;
// What source maps make of it.
const sourceFolder = libraryFolder.replace(/\/dist\/lib\/$/, "/lib/");

// Calls of nested models and layers pile up more frames than the engine keeps by itself.
const deepStack = 200;

/**
 * The user's own line: that of the first frame which is neither this library's nor Node's. Notebook cells read "cell 4, line 3"; files
 * read "file:line".
 */
export function userFrame(): string | undefined {
  return userFrameIn(new Error("here").stack) ?? userFrameIn(stackOf(deepStack));
}

function stackOf(frames: number): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  try {
    return new Error("here").stack;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function userFrameIn(stack = ""): string | undefined {
  for (const line of stack.split("\n").slice(1)) {
    const found = /\(?((?:file:\/\/|\/|[A-Za-z]:\\|cell)[^()]*):(\d+):\d+\)?$/.exec(line.trim());
    if (!found) continue;
    const file = found[1] as string;
    const url = file.startsWith("/") ? `file://${file}` : file;
    if (
      url.startsWith(libraryFolder) ||
      url.startsWith(sourceFolder) ||
      file.startsWith("node:") ||
      file.includes("/node_modules/")
    )
      continue;
    const cell = /^cell[ _:-]?(\d+)/i.exec(file);
    return cell ? `cell ${cell[1]}, line ${found[2]}` : `${file.replace(/^file:\/\//, "")}:${found[2]}`;
  }
  return undefined;
}

/** Base of all errors that Weft throws on purpose. */
export class WeftError extends Error {
  override name = "WeftError";
  readonly where: string | undefined;
  readonly hint: string | undefined;
  // Private, as Node prints an error's other fields.
  readonly #message: string;
  readonly #notes: readonly string[];
  #refused: RefusedCall | null = null;

  constructor(message: string, details: ErrorDetails = {}) {
    const where = details.where ?? userFrame();
    const lines = [message];
    if (where) lines.push(`  at ${where}`);
    for (const note of details.notes ?? []) lines.push(`  ${note}`);
    if (details.hint) lines.push(`  hint: ${details.hint}`);
    super(lines.join("\n"), details.cause === undefined ? undefined : { cause: details.cause });
    this.where = where;
    this.hint = details.hint;
    this.#message = message;
    this.#notes = details.notes ?? [];
  }

  /** What went wrong, without place, facts and hint. */
  get problem(): string {
    return this.#message;
  }

  /** Further facts. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** The call of the graph that couldn't be made; null for errors elsewhere. */
  get refused(): RefusedCall | null {
    return this.#refused;
  }

  /** The same error with its numbers unknown ("batch" in front of a shape, "?" elsewhere) wherever `other`, of the same words, has others. */
  whereBothAgree(other: WeftError): WeftError {
    const notes = this.#notes.map((note, i) => agreed(note, other.notes[i]));
    const hint = this.hint === undefined ? {} : { hint: agreed(this.hint, other.hint) };
    const kind = this.constructor as new (message: string, details: ErrorDetails) => WeftError;
    const made = new kind(agreed(this.#message, other.problem), {
      where: this.where,
      notes,
      ...hint,
      cause: this.cause,
    });
    if (this.#refused) made.refuses(this.#refused);
    return made;
  }

  /** Says which call couldn't be made. Calls around that one may say it again: the outermost is in the user's own graph. */
  refuses(call: RefusedCall): void {
    this.#refused = call;
  }
}

function agreed(text: string, other = ""): string {
  const [words, otherWords] = [text.split(/\d+/), other.split(/\d+/)];
  if (words.join("#") !== otherWords.join("#")) return text;
  const [sizes, otherSizes] = [text.match(/\d+/g) ?? [], other.match(/\d+/g) ?? []];
  return words
    .map((word, i) => {
      const size = sizes[i];
      if (size === undefined) return word;
      return word + (size === otherSizes[i] ? size : word.endsWith("[") ? "batch" : "?");
    })
    .join("");
}

/** What `make` returns; a WeftError that it throws is told to be of this call. */
export function orRefuse<T>(call: () => RefusedCall, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof WeftError) error.refuses(call());
    throw error;
  }
}

/** Ranks, widths or numbers of tensors that don't fit together. */
export class ShapeError extends WeftError {
  override name = "ShapeError";
}

/** A name nobody knows (a layer, a loss, an input). */
export class NameError extends WeftError {
  override name = "NameError";
}

/** An argument or a piece of data outside of what is allowed. */
export class ValueError extends WeftError {
  override name = "ValueError";
}

/** Things asked for in the wrong order, or twice at once. */
export class StateError extends WeftError {
  override name = "StateError";
}

/** A model that doesn't fit this machine's memory. */
export class MemoryError extends WeftError {
  override name = "MemoryError";
}

/** The known name closest to what was written, as a hint; undefined when nothing is near. */
export function nearestName(written: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(written.length / 2));
  for (const name of known) {
    // Among names that differ in case only, the one written as the user writes.
    const distance = editDistance(written.toLowerCase(), name.toLowerCase()) + editDistance(written, name) / 1000;
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** NameError with the nearest known name as its hint, unless another is given. */
export function unknownName(what: string, written: string, known: Iterable<string>, hint?: string): NameError {
  const names = [...known];
  const near = nearestName(written, names);
  const list = names.slice(0, 12).join(", ") + (names.length > 12 ? ", …" : "");
  return new NameError(`unknown ${what} "${written}"`, {
    notes: [`known: ${list}`],
    ...(hint ? { hint } : near === undefined ? {} : { hint: `did you mean "${near}"?` }),
  });
}

/** A value as the user would write it, for "received …". */
export const asWritten = (value: unknown): string =>
  // JSON has no NaN.
  typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));

/** Raises ValueError, with the nearest one as its hint, unless `value` is one of `known`. */
export function requireOneOf(what: string, value: unknown, known: readonly (string | null)[]): void {
  if (known.includes(value as string | null)) return;
  const names = known.filter((name) => name !== null);
  const near = typeof value === "string" ? nearestName(value, names) : undefined;
  const list = known.map((name) => JSON.stringify(name)).join(", ");
  throw new ValueError(`${what} must be one of ${list}, received ${asWritten(value)}`, {
    ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
  });
}

/** `value` as a list of its own. Raises ValueError when it isn't one. */
export function requireList<T>(what: string, value: readonly T[] | undefined): T[] {
  if (Array.isArray(value)) return [...value];
  throw new ValueError(`${what} must be a list, received ${asWritten(value)}`);
}

/** How many letters to insert, delete or change, or neighbours to swap, until `a` reads as `b` (no letter is touched twice). */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] as number;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(changed, at(i - 1, j) + 1, at(i, j - 1) + 1, swaps ? at(i - 2, j - 2) + 1 : changed));
    }
  }
  return at(a.length, b.length);
}
