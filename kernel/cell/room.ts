// Runs cells: asks the compiler's thread for JavaScript, loads what it imports, runs it by tslab's executor, and tells how it ended.

import type { CellError, Cells, CellsOptions, Outcome } from "./cells.js";
import { CompilerThread } from "./compilerThread.js";
import { createExecutor, type Executor } from "./executor.js";
import { currentRun, guard, interruptRuns, iterate, KeyboardInterrupt, type Run } from "./interrupts.js";
import { Loader, type ScriptRequire } from "./loader.js";
import type { Conversion, Script } from "./protocol.js";
import { knowScript, tellUserLines } from "./stack.js";
import { describeError } from "./traceback.js";
import { runtimeName } from "./transform.js";

type Converted = Extract<Conversion, { status: "ok" }>;

export class CellRoom implements Cells {
  readonly #options: CellsOptions;
  readonly #compiler: CompilerThread;
  readonly #executor: Executor;
  readonly #loader: Loader;
  readonly #runs = new Set<Run>();
  readonly #restoreStacks: () => void;
  /** What cells have declared; the emitted code reads and writes older names here. */
  readonly #scope: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  #expressions = 0;

  constructor(options: CellsOptions) {
    this.#options = options;
    const { root, javascript, language } = options;
    this.#compiler = new CompilerThread({ root, javascript, language });
    this.#loader = new Loader(root, options.globals, options.onLibrary);
    this.#executor = createExecutor(root, {
      value: (box) => {
        const run = currentRun.getStore();
        if (run) run.value = box;
      },
      thrown: (thrown) => {
        const run = currentRun.getStore();
        if (run) run.thrown = { thrown };
      },
    });
    this.#restoreStacks = tellUserLines();
    this.#install();
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
      live: (name: string, get: () => unknown, set?: (value: unknown) => void) =>
        Object.defineProperty(scope, name, { get, ...(set ? { set } : {}), enumerable: true, configurable: true }),
      load: (from: ScriptRequire, name: string) => this.#loader.load(from, String(name)),
      meta: (from: ScriptRequire) => this.#loader.meta(from),
    });
    for (const [name, value] of Object.entries(this.#options.globals))
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
      const end = (outcome: Outcome): void => {
        if (!run.active) return;
        run.active = false;
        this.#runs.delete(run);
        this.#compiler.settle(key, lost());
        // The executor's promises, which live as long as it does, remember the run that made them: it must hold nothing.
        lost = () => [];
        run.value = undefined;
        run.thrown = undefined;
        run.guards.clear();
        resolve(outcome);
      };
      let lost = (): string[] => [];
      const run: Run = {
        key,
        active: true,
        guards: new Set(),
        value: undefined,
        thrown: undefined,
        end: (error) => end({ status: "error", error: this.describe(error) }),
      };
      this.#runs.add(run);
      // A script that is terminated takes the functions that called it with it: nothing of this may wait for them.
      void conversion.then(async (converted) => {
        if (!run.active) return;
        if (converted.status === "error") return end({ status: "error", error: converted.error });
        lost = this.#watch(converted.declared, () => run.thrown !== undefined || !run.active);
        try {
          await this.#execute(converted, script, run);
        } catch (error) {
          run.thrown = { thrown: error };
        }
        end(outcomeOf(run, (error) => this.describe(error)));
      });
    });
  }

  async #execute(converted: Converted, name: string, run: Run): Promise<void> {
    this.#loader.update(converted.files);
    const path = this.#loader.cellPath();
    await currentRun.run(run, () => this.#loader.prepare(converted.script, path));
    if (!run.active) return;
    knowScript(name, converted.script.code, converted.script.map);
    const code = this.#finish(converted.script, name);
    // Read when the script starts, which is at once.
    this.#runtime()["require"] = this.#loader.requireFor(converted.script, path);
    await currentRun.run(run, () => this.#executor.execute(code));
  }

  #finish(script: Script, name: string): string {
    const map = Buffer.from(JSON.stringify(script.map)).toString("base64");
    return `${script.code}\n//# sourceURL=${name}\n//# sourceMappingURL=data:application/json;base64,${map}`;
  }

  /** Names a failed cell declares but never gave a value. */
  #watch(declared: readonly string[], failed: () => boolean): () => string[] {
    const before = new Map(declared.map((name) => [name, Object.getOwnPropertyDescriptor(this.#scope, name)]));
    return () => {
      if (!failed()) return [];
      return declared.filter((name) => {
        const now = Object.getOwnPropertyDescriptor(this.#scope, name);
        const then = before.get(name);
        return !now || (then && now.get === then.get && Object.is(now.value, then.value));
      });
    };
  }

  interrupt(): void {
    interruptRuns(this.#runs);
  }

  describe(thrown: unknown): CellError {
    return describeError(thrown);
  }

  async close(): Promise<void> {
    for (const run of this.#runs) run.end(new KeyboardInterrupt());
    this.#restoreStacks();
    await this.#compiler.close();
  }
}

function outcomeOf(run: Run, describe: (thrown: unknown) => CellError): Outcome {
  if (run.thrown) return { status: "error", error: describe(run.thrown.thrown) };
  const value = run.value?.value;
  return value === undefined ? { status: "ok", hasValue: false } : { status: "ok", hasValue: true, value };
}
