// Runs cells: asks the compiler's thread for JavaScript, loads what it imports, runs it by tslab's executor, and tells how it ended.

import { offerDebugging } from "../debug/index.js";
import { bundleOf } from "../display/index.js";
import type { CellError, Cells, CellsOptions, Outcome } from "./cells.js";
import { CompilerThread } from "./compilerThread.js";
import { createExecutor, type Executor } from "./executor.js";
import { activeRuns, guard, interruptRuns, iterate, KeyboardInterrupt, type Run } from "./interrupts.js";
import { Loader, type ScriptRequire } from "./loader.js";
import type { Conversion, Script } from "./protocol.js";
import { knowScript, mapComment, tellUserLines } from "./stack.js";
import { describeError } from "./traceback.js";
import { runtimeName } from "./transform.js";

type Converted = Extract<Conversion, { status: "ok" }>;

export class CellRoom implements Cells {
  readonly #options: CellsOptions;
  readonly #compiler: CompilerThread;
  readonly #executor: Executor;
  readonly #loader: Loader;
  readonly #restoreStacks: () => void;
  readonly #endDebugging: () => void;
  /** What cells have declared; the emitted code reads and writes older names here. */
  readonly #scope: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  #expressions = 0;

  constructor(options: CellsOptions) {
    this.#options = options;
    const { root, javascript, language } = options;
    this.#compiler = new CompilerThread({ root, javascript, language });
    this.#loader = new Loader(root, options.globals, options.onLibrary);
    this.#executor = createExecutor(root);
    this.#restoreStacks = tellUserLines();
    this.#install();
    this.#endDebugging = offerDebugging({
      scope: this.#scope,
      bundle: bundleOf,
      keep: (name, value) => this.#keep(name, value),
    });
  }

  #runtime(): Record<string, unknown> {
    return Reflect.get(globalThis, runtimeName) as Record<string, unknown>;
  }

  /** What emitted code calls. tslab's executor passes `exports` and `require` of this object to every script. */
  #install(): void {
    const scope = this.#scope;
    Object.assign(this.#runtime(), {
      scope,
      guard,
      iterate,
      // An older cell's variable of the same name stays what it was.
      fixed: (name: string, value: unknown) => define(scope, name, { value, writable: true }),
      live: (name: string, get: () => unknown, set?: (value: unknown) => void) =>
        define(scope, name, { get, ...(set ? { set } : {}) }),
      load: (from: ScriptRequire, name: string) => this.#loader.load(from, String(name)),
      meta: (from: ScriptRequire) => this.#loader.meta(from),
    });
    const { root, globals } = this.#options;
    const place = { __dirname: root, __filename: this.#loader.cellPath() };
    for (const [name, value] of Object.entries({ ...place, ...globals }))
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }

  run(code: string, cell: number): Promise<Outcome> {
    return this.#start(code, `cell ${cell}`, `cell_${cell}`, false);
  }

  evaluate(expression: string): Promise<Outcome> {
    return this.#start(`(${expression}\n)`, "expression", `expression_${++this.#expressions}`, true);
  }

  #start(code: string, source: string, script: string, expression: boolean): Promise<Outcome> {
    const { key, conversion } = this.#compiler.convert(code, source, expression);
    return new Promise((resolve) => {
      let lost = (): string[] => [];
      const end = (outcome: Outcome): void => {
        if (!run.active) return;
        run.active = false;
        activeRuns.delete(run);
        this.#compiler.settle(key, outcome.status === "error" ? lost() : []);
        // Functions of the cell, which may live as long as the notebook, know the run: it must hold nothing.
        lost = () => [];
        run.guards.clear();
        resolve(outcome);
      };
      const fail = (error: unknown): void => end({ status: "error", error: this.describe(error) });
      const run: Run = { active: true, guards: new Set(), end: fail };
      activeRuns.add(run);
      void conversion.then(async (converted) => {
        if (!run.active) return;
        if (converted.status === "error") return end({ status: "error", error: converted.error });
        this.#loader.update(converted.files);
        await this.#loader.prepare(converted.script, this.#loader.cellPath());
        if (!run.active) return;
        lost = this.#watch(converted.declared);
        // A script that is terminated takes with it the functions that called it and every microtask that was waiting: what hears of
        // its end must be there before it starts, without another turn.
        this.#execute(converted, script, run).then(
          (value) =>
            end(value === undefined ? { status: "ok", hasValue: false } : { status: "ok", hasValue: true, value }),
          fail,
        );
      });
    });
  }

  #execute({ script }: Converted, name: string, run: Run): Promise<unknown> {
    knowScript(name, script.code, script.map);
    const require = this.#loader.requireFor(script, this.#loader.cellPath());
    // Read when the script starts, which is at once.
    Object.assign(this.#runtime(), { run, require });
    return this.#executor.execute(this.#finish(script, name), run);
  }

  #finish(script: Script, name: string): string {
    return `${script.code}\n//# sourceURL=${name}${mapComment(script.map)}`;
  }

  /** Names a failed cell declares but never gave a value. */
  #watch(declared: readonly string[]): () => string[] {
    const before = new Map(declared.map((name) => [name, Object.getOwnPropertyDescriptor(this.#scope, name)]));
    return () =>
      declared.filter((name) => {
        const now = Object.getOwnPropertyDescriptor(this.#scope, name);
        const then = before.get(name);
        return !now || (then && now.get === then.get && Object.is(now.value, then.value));
      });
  }

  /** A name that no cell has declared. */
  #keep(name: string, value: unknown): void {
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) throw new SyntaxError(`"${name}" is no name for a variable`);
    define(this.#scope, name, { value, writable: true });
    this.#compiler.declare(name);
  }

  interrupt(): void {
    interruptRuns();
  }

  describe(thrown: unknown): CellError {
    return describeError(thrown);
  }

  async close(): Promise<void> {
    for (const run of [...activeRuns]) run.end(new KeyboardInterrupt());
    this.#restoreStacks();
    this.#endDebugging();
    await this.#compiler.close();
  }
}

function define(scope: object, name: string, property: PropertyDescriptor): void {
  Object.defineProperty(scope, name, { ...property, enumerable: true, configurable: true });
}
