// Is a cell complete? For consoles, where Enter either runs the code or opens the next line.

import type * as typescript from "@tslab/typescript-for-tslab";
import type { LanguageAnswers } from "../wire/link.js";
import { modulePrefix, parse } from "./source.js";
import type { TypeScript } from "./typescript.js";

/** Errors that more lines can cure wherever they are told: a template or a comment without an end. */
const openEnded = new Set([1160, 1010, 1126]);

export function isComplete(ts: TypeScript, code: string, javascript: boolean): LanguageAnswers["isComplete"] {
  const file = parse(ts, code, javascript);
  const errors = file.parseDiagnostics ?? [];
  if (errors.length === 0) return { status: hasNamelessClass(ts, file) ? "invalid" : "complete", indent: "" };
  const end = modulePrefix.length + code.trimEnd().length;
  const curable = (error: typescript.DiagnosticWithLocation): boolean =>
    openEnded.has(error.code) || (error.start >= end && !isLineBound(error.code));
  // What is wrong before the end stays wrong.
  const first = errors[0] as typescript.DiagnosticWithLocation;
  if (!curable(first)) return { status: "invalid", indent: "" };
  return { status: "incomplete", indent: indentAfter(ts, code) };
}

/** The one slip of grammar among statements that TypeScript's parser leaves to its checker. */
function hasNamelessClass(ts: TypeScript, file: typescript.SourceFile): boolean {
  return file.statements.some(
    (statement) => ts.isClassDeclaration(statement) && !statement.name && !statement.modifiers?.length,
  );
}

/** A string or a regular expression can't go on in the next line. */
function isLineBound(code: number): boolean {
  return code === 1002 || code === 1161;
}

/** Two spaces for each bracket that the last line leaves open, on top of that line's own. */
function indentAfter(ts: TypeScript, code: string): string {
  const lines = code.split("\n");
  const last = lines.at(-1) ?? "";
  const own = /^[ \t]*/.exec(last)?.[0] ?? "";
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, true, ts.LanguageVariant.Standard, last);
  let open = 0;
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if ([ts.SyntaxKind.OpenBraceToken, ts.SyntaxKind.OpenParenToken, ts.SyntaxKind.OpenBracketToken].includes(kind))
      open++;
    if ([ts.SyntaxKind.CloseBraceToken, ts.SyntaxKind.CloseParenToken, ts.SyntaxKind.CloseBracketToken].includes(kind))
      open = Math.max(0, open - 1);
  }
  return open > 0 ? `${own}  ` : own;
}
