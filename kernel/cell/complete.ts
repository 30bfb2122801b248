// Completion: code and cursor in, names with type and documentation out; the word or the string's text at the cursor is replaced.

import type * as typescript from "@tslab/typescript-for-tslab";
import type { LanguageAnswers } from "../wire/link.js";
import type { CellConverter } from "./convert.js";
import type { CellProgram } from "./program.js";
import { modulePrefix } from "./source.js";
import type { SourceFile, TypeScript } from "./typescript.js";

type Completions = LanguageAnswers["complete"];

const matchesAtMost = 1000;
/** Signatures and documentation cost time; front ends show them for the first few. */
const documentedAtMost = 30;
const documentingMs = 80;
export const neverCancelled: typescript.CancellationToken & typescript.HostCancellationToken = {
  isCancellationRequested: () => false,
  throwIfCancellationRequested() {},
};

export function complete(converter: CellConverter, code: string, cursor: number): Completions {
  const { program } = converter;
  const { ts } = program;
  const told = program.complete(converter.declarations.text, code, cursor);
  const cell = program.cell();
  const position = cursor + modulePrefix.length;
  const literal = stringAt(ts, cell, position);
  const found = literal ? inString(converter, cell, position) : told.original?.entries;
  const range = literal ? stringRange(cell, literal, position) : wordRange(code, cursor);
  const typed = literal ? cell.text.slice(range.start, position) : code.slice(range.start, cursor);
  const entries = ranked(found ?? [], typed).slice(0, matchesAtMost);
  const shift = literal ? modulePrefix.length : 0;
  const until = performance.now() + documentingMs;
  return {
    matches: entries.map((entry) => entry.insertText ?? entry.name),
    start: range.start - shift,
    end: range.end - shift,
    types: entries.map((entry, i) => {
      const text = entry.insertText ?? entry.name;
      const more = i < documentedAtMost && performance.now() < until ? details(converter, cell, position, entry) : {};
      return { text, type: kindOf(entry.kind), ...more };
    }),
  };
}

function inString(converter: CellConverter, cell: SourceFile, position: number): readonly typescript.CompletionEntry[] {
  const { ts, program } = converter.program;
  const found = ts.Completions.getCompletionsAtPositionForTslab(
    disk(converter.program),
    program(),
    () => {},
    cell,
    position,
    {},
    undefined,
    ts.CompletionTriggerKind.Invoked,
    neverCancelled,
  );
  return found?.entries ?? [];
}

/** What completion asks of a language service's host: the disk, for paths of imports. */
function disk({ ts, program }: CellProgram): object {
  const { sys } = ts;
  return {
    useCaseSensitiveFileNames: () => true,
    getCompilationSettings: () => program().getCompilerOptions(),
    getCurrentDirectory: () => sys.getCurrentDirectory(),
    readFile: (path: string) => sys.readFile(path),
    fileExists: (path: string) => sys.fileExists(path),
    directoryExists: (path: string) => sys.directoryExists(path),
    getDirectories: (path: string) => sys.getDirectories(path),
    readDirectory: sys.readDirectory,
  };
}

function stringAt(ts: TypeScript, cell: SourceFile, position: number): typescript.StringLiteralLike | undefined {
  const token = ts.findPrecedingToken(position, cell);
  if (!token || !ts.isStringLiteralLike(token)) return undefined;
  const closed = !(token as { isUnterminated?: boolean }).isUnterminated;
  return position > token.getStart(cell) && (position < token.end || !closed) ? token : undefined;
}

/** The text within the quotes; of a path, what follows the last slash. */
function stringRange(
  cell: SourceFile,
  literal: typescript.StringLiteralLike,
  position: number,
): { start: number; end: number } {
  const start = literal.getStart(cell) + 1;
  const closed = !(literal as { isUnterminated?: boolean }).isUnterminated;
  const isPath = isModuleName(literal);
  const slash = isPath ? cell.text.slice(start, position).lastIndexOf("/") + 1 : 0;
  return { start: start + slash, end: closed ? literal.end - 1 : position };
}

function isModuleName(literal: typescript.Node): boolean {
  const parent = literal.parent as { moduleSpecifier?: typescript.Node; expression?: { kind: number } };
  return parent.moduleSpecifier === literal || /^(import|require)\b/.test(literal.parent.getText());
}

function wordRange(code: string, cursor: number): { start: number; end: number } {
  let start = cursor;
  let end = cursor;
  while (start > 0 && /[\w$#\u00aa-\uffff]/.test(code[start - 1] as string)) start--;
  while (end < code.length && /[\w$\u00aa-\uffff]/.test(code[end] as string)) end++;
  return { start, end };
}

/** Names that begin with what was typed, then those that do so but for case. */
function ranked(entries: readonly typescript.CompletionEntry[], typed: string): typescript.CompletionEntry[] {
  const lower = typed.toLowerCase();
  const rank = (name: string): number => {
    if (name.startsWith(typed)) return 0;
    return name.toLowerCase().startsWith(lower) ? 1 : 2;
  };
  return entries
    .map((entry) => ({ entry, rank: rank(entry.name) }))
    .filter(({ rank }) => rank < 2)
    .sort(
      (a, b) => a.rank - b.rank || compare(a.entry.sortText, b.entry.sortText) || compare(a.entry.name, b.entry.name),
    )
    .map(({ entry }) => entry);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function details(
  converter: CellConverter,
  cell: SourceFile,
  position: number,
  entry: typescript.CompletionEntry,
): { signature?: string; documentation?: string } {
  const { ts, program } = converter.program;
  if (entry.kind === ts.ScriptElementKind.keyword) return {};
  const found = ts.Completions.getCompletionEntryDetails(
    program(),
    () => {},
    cell,
    position,
    { name: entry.name, source: entry.source, data: entry.data },
    disk(converter.program),
    {},
    {},
    neverCancelled,
  );
  if (!found) return {};
  const signature = found.displayParts.map((part) => part.text).join("");
  const documentation = (found.documentation ?? []).map((part) => part.text).join("");
  return { signature, ...(documentation ? { documentation } : {}) };
}

/** Jupyter's words for kinds, which front ends have icons for. */
function kindOf(kind: string): string {
  const words: Readonly<Record<string, string>> = {
    "local function": "function",
    method: "method",
    var: "variable",
    let: "variable",
    const: "constant",
    "local var": "variable",
    "const enum": "enum",
    getter: "property",
    setter: "property",
    alias: "module",
    "external module name": "module",
    directory: "folder",
    script: "file",
    string: "value",
    "enum member": "enum member",
    "primitive type": "type",
  };
  return words[kind] ?? kind;
}
