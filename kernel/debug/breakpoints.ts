// Breakpoints as front ends set them, by path and line, and as V8 has them, in every script of that path.

import type { Debugger } from "node:inspector";
import type { Breakpoint } from "./messages.js";
import { type Scripts, type UserScript, userPlace } from "./scripts.js";
import type { Target } from "./target.js";

export interface Wanted {
  readonly line: number;
  readonly condition?: string;
}

interface Known extends Wanted {
  readonly id: number;
  /** Where it stands once a script is there. */
  at: number;
}

export class Breakpoints {
  readonly #scripts: Scripts;
  readonly #wanted = new Map<string, Known[]>();
  /** By V8's name of a breakpoint. */
  readonly #set = new Map<string, { readonly path: string; readonly id: number }>();
  #target: Target | null = null;
  #last = 0;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
  }

  /** Takes the place of all breakpoints of a path. */
  async set(path: string, wanted: readonly Wanted[]): Promise<Breakpoint[]> {
    await this.#remove(path);
    const known = wanted.map((one): Known => ({ ...one, id: ++this.#last, at: one.line }));
    if (known.length > 0) this.#wanted.set(path, known);
    else this.#wanted.delete(path);
    const found = await this.#apply(path);
    return known.map((one) => {
      const base = { id: one.id, line: one.at, source: { path } };
      // A cell that didn't run yet has no code: its lines are taken as they are.
      if (found === null || found.has(one.id)) return { ...base, verified: true };
      return { ...base, verified: false, message: "no code at or below this line" };
    });
  }

  /** Sets what is wanted in scripts that are there, from now on in this target. */
  async attach(target: Target): Promise<void> {
    this.#target = target;
    await Promise.all([...this.#wanted.keys()].map((path) => this.#apply(path)));
  }

  detach(): void {
    this.#target = null;
    this.#set.clear();
    this.#wanted.clear();
  }

  /** A script is about to run. */
  async prepare(script: UserScript): Promise<void> {
    const wanted = this.#wanted.get(script.path);
    if (wanted && this.#target) await this.#place(this.#target, script, wanted);
  }

  /** Ids of those that V8 says were hit. */
  hit(names: readonly string[]): number[] {
    return names.flatMap((name) => this.#set.get(name)?.id ?? []);
  }

  get list(): { source: string; breakpoints: Wanted[] }[] {
    return [...this.#wanted].map(([source, known]) => ({
      source,
      breakpoints: known.map(({ at, condition }) => ({ line: at, ...(condition ? { condition } : {}) })),
    }));
  }

  async #remove(path: string): Promise<void> {
    const names = [...this.#set].filter(([, one]) => one.path === path).map(([name]) => name);
    for (const name of names) this.#set.delete(name);
    const target = this.#target;
    if (!target) return;
    await Promise.all(names.map((name) => target.session.post("Debugger.removeBreakpoint", { breakpointId: name })));
  }

  /** Ids of those that found code; null when there is no script yet. */
  async #apply(path: string): Promise<Set<number> | null> {
    const wanted = this.#wanted.get(path);
    const target = this.#target;
    if (!wanted || !target) return null;
    const scripts = this.#scripts.withPath(path);
    const plain = this.#scripts.plainWithPath(path);
    if (scripts.length + plain.length === 0) return null;
    const found = await Promise.all([
      ...scripts.map((script) => this.#place(target, script, wanted)),
      ...plain.map(({ id }) =>
        this.#setAll(target, path, wanted, (one) => ({ scriptId: id, lineNumber: one.line - 1 })),
      ),
    ]);
    return new Set(found.flat());
  }

  async #place(target: Target, script: UserScript, wanted: readonly Known[]): Promise<number[]> {
    const start = { scriptId: script.id, lineNumber: 0, columnNumber: 0 };
    const { locations } = await target.session.post("Debugger.getPossibleBreakpoints", { start });
    const places = locations.flatMap((location) => {
      const place = userPlace(script, location);
      return place ? [{ location, line: place.line, column: place.column }] : [];
    });
    // The first of a line is where the line begins.
    places.sort((a, b) => a.line - b.line || a.column - b.column);
    return this.#setAll(target, script.path, wanted, (one) => {
      const place = places.find(({ line }) => line >= one.line);
      if (place) one.at = place.line;
      return place?.location ?? null;
    });
  }

  async #setAll(
    target: Target,
    path: string,
    wanted: readonly Known[],
    where: (one: Known) => Debugger.Location | null,
  ): Promise<number[]> {
    const set = wanted.map(async (one): Promise<number[]> => {
      const location = where(one);
      if (!location) return [];
      const { scriptId, lineNumber, columnNumber } = location;
      const at = { scriptId, lineNumber, ...(columnNumber === undefined ? {} : { columnNumber }) };
      const condition = one.condition ? { condition: one.condition } : {};
      try {
        const made = await target.session.post("Debugger.setBreakpoint", { location: at, ...condition });
        this.#set.set(made.breakpointId, { path, id: one.id });
      } catch {
        // Another line's breakpoint stands there already.
      }
      return [one.id];
    });
    return (await Promise.all(set)).flat();
  }
}
