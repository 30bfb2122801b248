// What must not end the kernel: errors nobody caught, and calls that end the process.

export interface Accidents {
  release(): void;
}

/** Reports what nobody caught; makes `process.exit` an error of the cell that calls it. */
export function surviveAccidents(report: (thrown: unknown, kind: string) => void): Accidents {
  const uncaught = (thrown: unknown): void => report(thrown, "Uncaught error in a callback");
  const rejected = (thrown: unknown): void => report(thrown, "Promise rejected and never caught");
  process.on("uncaughtException", uncaught);
  process.on("unhandledRejection", rejected);
  const { exit, abort } = process;
  const refuse = (name: string): never => {
    throw new Error(
      `${name}() would end the kernel and lose what the notebook holds; restart it from the menu instead`,
    );
  };
  process.exit = () => refuse("process.exit");
  process.abort = () => refuse("process.abort");
  return {
    release() {
      process.off("uncaughtException", uncaught);
      process.off("unhandledRejection", rejected);
      process.exit = exit;
      process.abort = abort;
    },
  };
}
