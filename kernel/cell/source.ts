// A cell's text before the compiler reads it: is it well formed, what does it declare, what is its value.

import type * as typescript from "@tslab/typescript-for-tslab";
import type { SourceFile, TypeScript } from "./typescript.js";

/** What tslab puts before a cell so that it is a module. */
export const modulePrefix = "export {};\n";

export interface CellSource {
  /** The cell without `export`, every other character in its place. */
  readonly text: string;
  /** All names it declares: values, types and imports. */
  readonly names: readonly string[];
  /** Names of imports: none of them a declaration of its own. */
  readonly errors: readonly typescript.DiagnosticWithLocation[];
  /** False when the cell ends in a semicolon. */
  readonly showsValue: boolean;
}

export function readCell(ts: TypeScript, code: string, javascript: boolean): CellSource {
  const parsed = parse(ts, code, javascript);
  const errors = parsed.parseDiagnostics ?? [];
  if (errors.length) return { text: code, names: [], errors, showsValue: false };
  const text = withoutExports(ts, parsed).slice(modulePrefix.length);
  const plain = text === code ? parsed : parse(ts, text, javascript);
  ts.bindSourceFile(plain, { target: ts.ScriptTarget.ES2022 });
  return {
    text,
    names: [...(plain.locals?.keys() ?? [])].map(String),
    errors: plain.parseDiagnostics ?? [],
    showsValue: !endsInSemicolon(ts, plain),
  };
}

/** Parses a cell as the module it will be. Positions are those in the cell plus the prefix. */
export function parse(ts: TypeScript, code: string, javascript: boolean): SourceFile {
  const name = javascript ? "cell.js" : "cell.ts";
  const kind = javascript ? ts.ScriptKind.JS : ts.ScriptKind.TS;
  return ts.createSourceFile(name, modulePrefix + code, ts.ScriptTarget.ES2022, true, kind) as SourceFile;
}

/** `export` says nothing in a cell, since later cells see everything; `export … from` imports. */
function withoutExports(ts: TypeScript, file: SourceFile): string {
  let text = file.text;
  const put = (start: number, end: number, what: string): void => {
    text = text.slice(0, start) + what.padEnd(end - start) + text.slice(end);
  };
  const blank = (node: typescript.Node): void => {
    const start = node.getStart(file);
    // Line breaks stay, or errors would be told at the wrong line.
    text = text.slice(0, start) + text.slice(start, node.end).replace(/[^\n]/g, " ") + text.slice(node.end);
  };
  for (const statement of file.statements.slice(1)) {
    const start = statement.getStart(file);
    if (ts.isExportDeclaration(statement)) {
      if (statement.moduleSpecifier) {
        put(start, start + "export".length, "import");
        const clause = statement.exportClause;
        if (!clause) put(start, statement.moduleSpecifier.getStart(file), "import");
      } else blank(statement);
    } else if (ts.isExportAssignment(statement)) put(start, statement.expression.getStart(file), "");
    else if (ts.canHaveModifiers(statement)) {
      const anonymous =
        (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name === undefined;
      for (const modifier of ts.getModifiers(statement) ?? []) {
        if (modifier.kind === ts.SyntaxKind.ExportKeyword)
          put(modifier.getStart(file), modifier.end, anonymous ? "void" : "");
        if (modifier.kind === ts.SyntaxKind.DefaultKeyword) put(modifier.getStart(file), modifier.end, "");
      }
    }
  }
  return text;
}

/** Trailing comments and spaces don't count; the semicolon of a declaration hides nothing. */
function endsInSemicolon(ts: TypeScript, file: SourceFile): boolean {
  const last = file.statements.at(-1);
  if (!last || last === file.statements[0]) return false;
  return ts.isEmptyStatement(last) || file.text[last.end - 1] === ";";
}
