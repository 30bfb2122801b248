// Scripts of the main thread: which user's source each came from, and the places of one in the other.

import type { Debugger } from "node:inspector";
import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { murmur2 } from "./hash.js";

/** A script made from a cell or a local file. */
export interface UserScript {
  readonly id: string;
  /** By which front ends know the source: a file's path, or one made of the cell's code. */
  readonly path: string;
  readonly name: string;
  readonly text: string;
  readonly map: TraceMap;
}

/** As front ends count: lines and columns from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface PlainScript {
  readonly id: string;
  readonly path: string;
}

export interface CellPaths {
  readonly prefix: string;
  readonly suffix: string;
  readonly seed: number;
}

const dataUrl = "data:application/json;base64,";

export class Scripts {
  readonly #paths: CellPaths;
  readonly #user = new Map<string, UserScript>();
  readonly #plain = new Map<string, PlainScript>();
  /** Code of cells by path, also of those that never ran. */
  readonly #cells = new Map<string, string>();

  constructor(paths: CellPaths) {
    this.#paths = paths;
  }

  /** The path of a cell with this code. */
  addCell(code: string): string {
    const { prefix, suffix, seed } = this.#paths;
    const path = `${prefix}${murmur2(code, seed)}${suffix}`;
    this.#cells.set(path, code);
    return path;
  }

  add({ scriptId: id, url, sourceMapURL = "" }: Debugger.ScriptParsedEventDataType): void {
    const file = url.startsWith("file:") ? fileURLToPath(url) : null;
    const isUsers = /^cell_\d+$/.test(url) || (file !== null && !/[\\/]node_modules[\\/]/.test(file));
    if (isUsers && sourceMapURL.startsWith(dataUrl)) {
      const json = Buffer.from(sourceMapURL.slice(dataUrl.length), "base64").toString();
      const map = new TraceMap(json);
      const [name] = map.sources;
      const text = map.sourcesContent?.[0];
      if (name && typeof text === "string")
        this.#user.set(id, { id, path: file ?? this.addCell(text), name: file ?? name, text, map });
    } else if (file !== null) this.#plain.set(id, { id, path: file });
  }

  user(id: string): UserScript | undefined {
    return this.#user.get(id);
  }

  /** All scripts of a source: a cell may have run several times. */
  withPath(path: string): UserScript[] {
    return [...this.#user.values()].filter((script) => script.path === path);
  }

  /** Scripts as they are, without a source of their own. */
  plainWithPath(path: string): PlainScript[] {
    return [...this.#plain.values()].filter((script) => script.path === path);
  }

  plain(id: string): PlainScript | undefined {
    return this.#plain.get(id);
  }

  /** Text of a cell or a local file. */
  text(path: string): string | undefined {
    return this.#cells.get(path) ?? this.withPath(path).at(-1)?.text;
  }

  /** Everything that has a path. */
  list(): { name: string; path: string }[] {
    const found = new Map<string, string>();
    for (const { name, path } of this.#user.values()) found.set(path, name);
    for (const { path } of this.#plain.values()) found.set(path, path);
    return [...found].map(([path, name]) => ({ name, path }));
  }
}

/** Where the user wrote what stands at this place of a script; null for what the compiler added. */
export function userPlace(script: UserScript, location: Debugger.Location): Place | null {
  const at = { line: location.lineNumber + 1, column: location.columnNumber ?? 0 };
  const { line, column } = originalPositionFor(script.map, at);
  return line === null ? null : { line, column: column + 1 };
}
