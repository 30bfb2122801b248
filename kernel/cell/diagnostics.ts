// TypeScript's diagnostics in, a cell's error out. Decides as well which of them a notebook may ignore.

import { relative } from "node:path";
import type * as typescript from "@tslab/typescript-for-tslab";
import type { CellError } from "./cells.js";
import { excerpt, placeText, red } from "./excerpt.js";
import type { TypeScript } from "./typescript.js";

const shownAtMost = 10;

/**
 * What is fine in a notebook: implicit any (7005–7057), types that a declaration file couldn't name (2742, 4xxx, 7056, 9005, 9006:
 * they only matter for later cells), `import x = require()` (1202), file names with .ts (2691, 5097).
 */
export function isIgnored(code: number): boolean {
  return (
    (code >= 7005 && code <= 7057) ||
    (code >= 4000 && code < 5000) ||
    [1202, 2691, 2742, 5097, 9005, 9006].includes(code)
  );
}

/** The checker as well finds what is no JavaScript: a return outside of functions. Later numbers are about modules. */
export function isGrammar(code: number): boolean {
  return code < 1192;
}

/** A diagnostic whose places are the user's own. */
export interface Problem {
  /** "cell 4", or a file's path below the notebook's folder. */
  readonly source: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly message: string;
  readonly code: number;
}

export function toProblem(
  ts: TypeScript,
  diagnostic: typescript.Diagnostic,
  cell: {
    readonly file: string;
    readonly source: string;
    readonly code: string;
    readonly root: string;
    readonly linesBefore: number;
  },
): Problem {
  const { file, start = 0, length = 1 } = diagnostic;
  const message = explain(ts, diagnostic);
  if (!file)
    return { source: cell.source, text: cell.code, line: 1, column: 1, length: 1, message, code: diagnostic.code };
  const at = file.getLineAndCharacterOfPosition(start);
  if (file.fileName !== cell.file) {
    const path = relative(cell.root, file.fileName);
    return {
      source: path,
      text: file.text,
      line: at.line + 1,
      column: at.character + 1,
      length,
      message,
      code: diagnostic.code,
    };
  }
  const lines = cell.code.split("\n");
  // At the end of an unfinished cell, the compiler points at what was put after it.
  const line = Math.min(Math.max(at.line + 1 - cell.linesBefore, 1), lines.length);
  const column = line === at.line + 1 - cell.linesBefore ? at.character + 1 : (lines[line - 1]?.length ?? 0) + 1;
  return { source: cell.source, text: cell.code, line, column, length, message, code: diagnostic.code };
}

function explain(ts: TypeScript, diagnostic: typescript.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  const around =
    diagnostic.file?.text.slice(Math.max(0, (diagnostic.start ?? 0) - 12), (diagnostic.start ?? 0) + 24) ?? "";
  if (/\busing\s+[\w$]/.test(around) && [1005, 2304, 1434].includes(diagnostic.code))
    return "`using` declarations are newer than the kernel's TypeScript (5.0); call the value's dispose method in `finally` instead";
  return text;
}

/** All problems as one error; the name tells code that can't be read from code whose types don't fit. */
export function compileError(name: "SyntaxError" | "TypeScriptError", problems: readonly Problem[]): CellError {
  const first = problems[0];
  if (!first) return { name, message: "the cell doesn't compile", traceback: [red(name)] };
  const title = (problem: Problem): string => `${problem.message} (TS${problem.code})`;
  const traceback = problems.slice(0, shownAtMost).flatMap((problem) => {
    const lines = title(problem).split("\n");
    return [
      `${red(name)}: ${lines[0]}`,
      ...lines.slice(1).map((line) => `  ${line}`),
      `  at ${placeText(problem.source, problem.line)}`,
      ...excerpt(problem.text, problem.line, problem.column, problem.length),
    ];
  });
  if (problems.length > shownAtMost) traceback.push(`… and ${problems.length - shownAtMost} more`);
  return { name, message: `${title(first)}\n  at ${placeText(first.source, first.line)}`, traceback };
}
