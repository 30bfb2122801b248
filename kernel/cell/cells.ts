// The face of this room: source in, value out.

import type { MessagePort } from "node:worker_threads";

export interface CellsOptions {
  /** Folder of the notebook: imports start there. */
  readonly root: string;
  /** JavaScript cells instead of TypeScript. */
  readonly javascript: boolean;
  /** Where the wire's thread asks about code; handed on to the compiler's thread. */
  readonly language: MessagePort;
  /** Values every cell sees as globals (display, prompt, …): name → value; the kernel's are those of `Globals`. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** Called once, when a cell first loads "weft", after the library's module is there and before the cell runs on. */
  readonly onLibrary: (library: typeof import("../../lib/index.js")) => void;
}

/** A line of a user's source. */
export interface Place {
  /** The cell's execution count, or a file's path. */
  readonly cell: number | string;
  readonly line: number;
  readonly column: number;
}

export interface CellError {
  readonly name: string;
  readonly message: string;
  /** Lines with ANSI colours: the message, the user's own frames, the line with a caret, causes. */
  readonly traceback: readonly string[];
  /** What was thrown; absent for a cell that didn't compile. */
  readonly thrown?: unknown;
}

export type Outcome =
  | { readonly status: "ok"; readonly value?: unknown; readonly hasValue: boolean }
  | { readonly status: "error"; readonly error: CellError };

export interface Cells {
  /** Runs a cell; `cell` is its execution count and appears in its stack frames. Never rejects. */
  run(code: string, cell: number): Promise<Outcome>;
  /** The value of one expression in the cells' scope, for user_expressions. */
  evaluate(expression: string): Promise<Outcome>;
  /** Rejects every guarded await of running cells with `KeyboardInterrupt`. */
  interrupt(): void;
  /** An error as cells report it (frames of the user only), for those that come from callbacks. */
  describe(thrown: unknown): CellError;
  close(): Promise<void>;
}
