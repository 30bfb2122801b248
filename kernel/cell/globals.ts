// Types of what cells find without importing it, as the compiler reads them. Their values come with CellsOptions.globals.

import { newerTypes } from "./newerTypes.js";

/** Text of a declaration file. It doesn't name the library's types, which take longer to read than the first cell should wait. */
export const globalTypes: string = `
declare global {
  /** What was shown, to be changed later. */
  interface DisplayHandle {
    readonly id: string;
    /** Shows another value in the same place. */
    update(value: unknown): void;
  }
  /**
   * Shows a value below the running cell: a model, a figure, an array, or anything with a \`Symbol.for("Jupyter.display")\` method.
   * With an \`id\` it can be found again: \`update\` changes what has this id, also from another cell.
   */
  function display(value: unknown, options?: { readonly id?: string; readonly update?: boolean }): DisplayHandle;
  /** Removes what the running cell has shown; with \`wait\`, only when something new comes, so that nothing flickers. */
  function clearOutput(options?: { readonly wait?: boolean }): void;
  /** Asks for a line of text; null when the user gives none. */
  function prompt(message?: string, defaultValue?: string): string | null;
  /** Asks for yes or no. */
  function confirm(message?: string): boolean;
  /** Shows a message and waits until it was read. */
  function alert(message?: string): void;
  ${newerTypes}
}
export {};
`;
