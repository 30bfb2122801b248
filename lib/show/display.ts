// Showing values in a notebook, in place and more than once.

import { inspect } from "node:util";
import { isDisplayable } from "./mime.js";
import { notebook } from "./notebook.js";

export interface DisplayOptions {
  /** Names what is shown, so that `update` finds it, also from another cell. */
  readonly id?: string;
  /** True: what was shown under `id` changes; nothing new appears. */
  readonly update?: boolean;
}

/** What was shown, to be changed later. */
export interface DisplayHandle {
  readonly id: string;
  /** Shows another value in the same place. */
  update(value: unknown): void;
}

/**
 * Shows a value below the running cell: a model, a figure, an array, or anything with a `Symbol.for("Jupyter.display")` method.
 * Outside of a notebook its text is printed.
 *
 * @example
 * const handle = display("first");
 * handle.update("second");
 */
export function display(value: unknown, options: DisplayOptions = {}): DisplayHandle {
  const kernel = notebook.current;
  const show = (shown: unknown, update: boolean, id: string | undefined): string => {
    if (kernel) return kernel.publish(shown, { id, update });
    console.log(typeof shown === "string" ? shown : isDisplayable(shown) ? String(shown) : inspect(shown));
    return id ?? "";
  };
  const id = show(value, options.update ?? false, options.id);
  return { id, update: (next) => void show(next, true, id) };
}

/** Removes what the running cell has shown; with `wait`, only when something new comes, so that nothing flickers. */
export function clearOutput(options: { readonly wait?: boolean } = {}): void {
  notebook.current?.clear({ wait: options.wait ?? false });
}
