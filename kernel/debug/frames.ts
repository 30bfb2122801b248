// The paused main thread's calls, as far as they are the user's.

import type { Debugger } from "node:inspector";
import type { Scope, StackFrame } from "./messages.js";
import { type Scripts, userPlace } from "./scripts.js";
import type { Variables } from "./variables.js";

export class Frames {
  readonly #scripts: Scripts;
  readonly #variables: Variables;
  /** True for files of the kernel and of Node. */
  readonly #isMachinery: (url: string) => boolean;
  readonly #calls = new Map<number, Debugger.CallFrame>();
  #stack: StackFrame[] = [];
  #last = 0;

  constructor(scripts: Scripts, variables: Variables, isMachinery: (url: string) => boolean) {
    this.#scripts = scripts;
    this.#variables = variables;
    this.#isMachinery = isMachinery;
  }

  set(calls: readonly Debugger.CallFrame[]): void {
    this.#calls.clear();
    this.#stack = calls.flatMap((call) => {
      const described = this.#describe(call);
      if (!described) return [];
      const id = ++this.#last;
      this.#calls.set(id, call);
      return [{ id, ...described }];
    });
  }

  clear(): void {
    this.set([]);
  }

  /** Innermost first. */
  get stack(): readonly StackFrame[] {
    return this.#stack;
  }

  /** V8's name of a frame. */
  call(id: number): string | undefined {
    return this.#calls.get(id)?.callFrameId;
  }

  scopes(id: number): Scope[] {
    const call = this.#calls.get(id);
    if (!call) return [];
    const script = this.#scripts.user(call.location.scriptId);
    const hidden = moduleNames(script?.text ?? "");
    const own = call.scopeChain.findIndex(({ type }) => type === "local") + 1;
    const inner = call.scopeChain.slice(0, own);
    const outer = call.scopeChain.slice(own).filter(({ type }) => type !== "global" && type !== "script");
    const objects = (scopes: readonly Debugger.Scope[]): string[] =>
      scopes.flatMap(({ object }) => object.objectId ?? []);
    const self = call.this.type === "object" && call.this.className !== "global" && call.this.objectId;
    const locals = this.#variables.scope(objects(inner), hidden, self ? call.this : undefined);
    return [
      { name: "Locals", presentationHint: "locals", variablesReference: locals, expensive: false },
      ...(outer.length > 0
        ? [{ name: "Closure", variablesReference: this.#variables.scope(objects(outer), hidden), expensive: false }]
        : []),
      { name: "Globals", variablesReference: this.#variables.globals(), expensive: false },
    ];
  }

  #describe(call: Debugger.CallFrame): Omit<StackFrame, "id"> | null {
    const { functionName, location, url } = call;
    const script = this.#scripts.user(location.scriptId);
    if (script) {
      const place = userPlace(script, location);
      const { name, path } = script;
      return place && { name: functionName || name, source: { name, path }, ...place };
    }
    if (!url || this.#isMachinery(url)) return null;
    const path = this.#scripts.plain(location.scriptId)?.path;
    const name = functionName || "(anonymous)";
    const at = { line: location.lineNumber + 1, column: (location.columnNumber ?? 0) + 1 };
    return path ? { name, source: { name: path, path }, ...at } : null;
  }
}

/** Tells names of variables in which the compiler keeps imported modules: made of the module's. */
function moduleNames(text: string): (name: string) => boolean {
  const names = new Set(
    [...text.matchAll(/\b(?:from|import|require)\s*\(?\s*["']([^"'\n]+)["']/g)].map(([, path = ""]) =>
      path.slice(path.lastIndexOf("/") + 1).replace(/\W/g, "_"),
    ),
  );
  return (name) => names.has(name.replace(/_\d+$/, "")) && /_\d+$/.test(name);
}
