// tslab's executor, fed with what the compiler's thread made. It runs a script in the global scope and tells its value or error.

import { valueName } from "./transform.js";
import { tslabRequire } from "./typescript.js";

type ExecutorModule = typeof import("tslab/dist/executor.js");
type ConvertResult = import("tslab/dist/converter.js").ConvertResult;

export interface Executor {
  /** Runs a script's code for `run`, which the script finds under its name. Resolves to its value, rejects with what it throws. */
  execute(code: string, run: object): Promise<unknown>;
}

export function createExecutor(root: string): Executor {
  // The executor reads a cell's comments with TypeScript, which this thread is spared: the compiler's thread has read them.
  const metadata = tslabRequire.resolve("./metadata.js");
  const stub = { id: metadata, filename: metadata, loaded: true, exports: { getCodeMetadata: () => ({}) } };
  tslabRequire.cache[metadata] ??= stub as unknown as NodeJS.Module;
  const module = tslabRequire("./executor.js") as ExecutorModule;
  let next: ConvertResult | undefined;
  const values = new Map<unknown, unknown>();
  const thrown: unknown[] = [];
  const refuse = (): never => {
    throw new Error("the compiler's thread answers questions about code");
  };
  const converter = {
    convert: (): ConvertResult => next ?? { diagnostics: [] },
    complete: refuse,
    inspect: refuse,
    addModule: refuse,
    close() {},
  };
  const executor = module.createExecutor(
    root,
    { node: converter, browser: converter, close() {} },
    {
      log: (box: { value: unknown; run: object }) => values.set(box.run, box.value),
      error: (error) => thrown.push(error),
    },
  );
  return {
    async execute(code, run) {
      next = { output: code, diagnostics: [], hasToplevelAwait: true, lastExpressionVar: valueName };
      const succeeded = await executor.execute("");
      // The executor tells of an error just before its promise resolves, so they come here in the order they were told.
      if (!succeeded) throw thrown.shift();
      const value = values.get(run);
      values.delete(run);
      return value;
    },
  };
}
