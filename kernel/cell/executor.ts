// tslab's executor, fed with what the compiler's thread made. It runs a script in the global scope and tells its value or error.

import { valueName } from "./transform.js";
import { tslabRequire } from "./typescript.js";

type ExecutorModule = typeof import("tslab/dist/executor.js");
type ConvertResult = import("tslab/dist/converter.js").ConvertResult;

export interface Executor {
  /** Runs a script's code; `told` hears about its value or what it threw before the promise resolves. */
  execute(code: string): Promise<boolean>;
}

/** What the executor tells about the script that ran. */
export interface Told {
  value(box: { readonly value: unknown }): void;
  thrown(error: unknown): void;
}

export function createExecutor(root: string, told: Told): Executor {
  // The executor reads a cell's comments with TypeScript, which this thread is spared: the compiler's thread has read them.
  const metadata = tslabRequire.resolve("./metadata.js");
  const stub = { id: metadata, filename: metadata, loaded: true, exports: { getCodeMetadata: () => ({}) } };
  tslabRequire.cache[metadata] ??= stub as unknown as NodeJS.Module;
  const module = tslabRequire("./executor.js") as ExecutorModule;
  let next: ConvertResult | undefined;
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
      log: (box) => told.value(box as { value: unknown }),
      error: (error) => told.thrown(error),
    },
  );
  return {
    execute(code) {
      next = { output: code, diagnostics: [], hasToplevelAwait: true, lastExpressionVar: valueName };
      return executor.execute("");
    },
  };
}
