// A cell's source in, JavaScript or an error out; remembers what cells declare.

import { relative } from "node:path";
import type * as typescript from "@tslab/typescript-for-tslab";
import { Declarations } from "./declarations.js";
import { compileError, isGrammar, isIgnored, toProblem } from "./diagnostics.js";
import { type CellProgram, createCellProgram } from "./program.js";
import type { CompilerSettings, Conversion, LocalFile, Script, SourceMapData } from "./protocol.js";
import { type CellSource, modulePrefix, readCell } from "./source.js";
import { cellTransformer, runName, runtimeName, scopeName } from "./transform.js";
import type { InsideChecker, SourceFile, TypeScript } from "./typescript.js";

const linesBefore = modulePrefix.split("\n").length - 1;

interface Task {
  readonly code: string;
  readonly source: string;
  readonly read: CellSource;
  diagnostics: readonly typescript.Diagnostic[];
  script: Script | null;
  declared: readonly string[];
}

export class CellConverter {
  readonly program: CellProgram;
  readonly declarations: Declarations;
  readonly #root: string;
  readonly javascript: boolean;
  #task: Task | undefined;
  /** Versions of local files that the other thread has. */
  readonly #sent = new Map<string, string>();

  constructor(settings: Pick<CompilerSettings, "root" | "javascript">) {
    this.#root = settings.root;
    this.javascript = settings.javascript;
    this.program = createCellProgram(settings.root, settings.javascript, {
      diagnose: (program, file) => this.#diagnose(program, file),
      emit: (program, file, declarations) => this.#emit(program, file, declarations),
    });
    this.declarations = new Declarations(this.program.ts);
  }

  /** `key` names the cell until it is settled; null: what it declares is forgotten. */
  convert(key: number | null, code: string, source: string): Conversion {
    const { ts } = this.program;
    const read = readCell(ts, code, this.javascript);
    const [first] = read.errors;
    if (first) return this.#error("SyntaxError", read.errors, { code, source }, first.file.fileName);
    const task: Task = { code, source, read, diagnostics: [], script: null, declared: [] };
    this.#task = task;
    const exported = read.names.length ? `\nexport {${read.names.join(", ")}};` : "";
    this.program.refresh();
    this.program.convert(this.declarations.text, read.text + exported);
    if (task.diagnostics.length && this.program.missed()) {
      // Perhaps the package was installed a moment ago.
      this.program.refresh();
      this.program.convert(`${this.declarations.text}\n`, read.text + exported);
    }
    if (task.diagnostics.length || !task.script) {
      const unreadable = task.diagnostics.length > 0 && task.diagnostics.every(({ code }) => isGrammar(code));
      return this.#error(unreadable ? "SyntaxError" : "TypeScriptError", task.diagnostics, task);
    }
    if (key !== null) this.declarations.add(key, this.#types);
    return { status: "ok", script: task.script, declared: task.declared, files: this.#localFiles() };
  }

  #types = "";

  /** Reads the library's types ahead of the first cell that imports it. */
  warm(): void {
    this.program.warm();
    this.program.complete(this.declarations.text, 'import { dense } from "weft"; dense', 0);
  }

  #error(
    name: "SyntaxError" | "TypeScriptError",
    diagnostics: readonly typescript.Diagnostic[],
    cell: { code: string; source: string },
    file: string = this.program.cellFile,
  ): Conversion {
    const { ts } = this.program;
    const where = {
      ...cell,
      file,
      root: this.#root,
      linesBefore,
    };
    return {
      status: "error",
      error: compileError(
        name,
        diagnostics.map((diagnostic) => toProblem(ts, diagnostic, where)),
      ),
    };
  }

  #diagnose(program: typescript.Program, cell: SourceFile): readonly typescript.Diagnostic[] {
    const { ts } = this.program;
    const task = this.#task;
    if (!task) return [];
    const files = [cell, ...localFiles(ts, program, cell)];
    const all = files.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...(this.javascript && file === cell ? [] : program.getSemanticDiagnostics(file)),
    ]);
    const errors = all.filter((one) => one.category === ts.DiagnosticCategory.Error && !isIgnored(one.code));
    task.diagnostics = errors;
    return errors;
  }

  #emit(
    program: typescript.Program,
    cell: SourceFile,
    afterDeclarations: typescript.CustomTransformers["afterDeclarations"],
  ): { code: string; types: string } {
    const { ts } = this.program;
    const task = this.#task as Task;
    const checker = program.getTypeChecker();
    const values = valueNames(ts, checker, cell);
    task.declared = [...values.keys()];
    const transformer = cellTransformer(ts, {
      checker,
      isOlder: (node) => this.program.isOlder(node),
      source: task.source,
      linesBefore,
      values,
      showsValue: task.read.showsValue,
    });
    const out = this.program.emit(cell, { before: [transformer], ...(afterDeclarations ? { afterDeclarations } : {}) });
    this.#types = out.types;
    task.script = {
      code: withNames(out.code),
      map: sourceMap(ts, out.map, task.source, task.code, linesBefore),
      imports: imports(ts, cell),
    };
    return { code: out.code, types: out.types };
  }

  #localFiles(): LocalFile[] {
    const { ts } = this.program;
    const program = this.program.program();
    return localFiles(ts, program, this.program.cell()).flatMap((file) => {
      if (this.#sent.get(file.fileName) === file.version) return [];
      this.#sent.set(file.fileName, file.version ?? "");
      const transformer = cellTransformer(ts, {
        checker: null,
        isOlder: () => false,
        source: relative(this.#root, file.fileName),
        linesBefore: 0,
        values: new Map(),
        showsValue: false,
      });
      const out = this.program.emit(file, { before: [transformer] });
      return {
        path: file.fileName,
        code: out.code,
        map: sourceMap(ts, out.map, file.fileName, file.text, 0),
        imports: imports(ts, file),
        awaits: awaitsAtTop(ts, file),
      };
    });
  }
}

/** On the first line, which has nothing of the user's: tslab's executor puts its own text before it. */
function withNames(code: string): string {
  const strict = '"use strict";';
  const names = `const { scope: ${scopeName}, run: ${runName} } = ${runtimeName};`;
  return code.startsWith(strict) ? strict + names + code.slice(strict.length) : names + code;
}

/** Names that have a value when the program runs, with the identifier that exports each. */
function valueNames(
  ts: TypeScript,
  checker: typescript.TypeChecker,
  cell: SourceFile,
): Map<string, typescript.Identifier> {
  const values = new Map<string, typescript.Identifier>();
  for (const statement of cell.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause))
      continue;
    for (const { name } of statement.exportClause.elements) {
      let symbol = cell.locals?.get(name.text);
      if (symbol && symbol.flags & ts.SymbolFlags.Alias) {
        if ((checker as InsideChecker).getTypeOnlyAliasDeclaration(symbol)) continue;
        symbol = checker.getAliasedSymbol(symbol);
      }
      const ambient = symbol?.declarations?.every(
        (one) => ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Ambient && one.getSourceFile() === cell,
      );
      if (symbol && symbol.flags & ts.SymbolFlags.Value && !(ambient && symbol.declarations?.length))
        values.set(name.text, name);
    }
  }
  return values;
}

/** Local files behind a file, each once, imported ones before those that import them. */
function localFiles(ts: TypeScript, program: typescript.Program, from: SourceFile): SourceFile[] {
  const seen = new Set<SourceFile>([from]);
  const out: SourceFile[] = [];
  const visit = (file: SourceFile): void => {
    for (const path of Object.values(imports(ts, file))) {
      const next = path === null ? undefined : (program.getSourceFile(path) as SourceFile | undefined);
      if (!next || seen.has(next)) continue;
      seen.add(next);
      visit(next);
      out.push(next);
    }
  };
  visit(from);
  return out;
}

/** What a file imports by a literal name: the path of a local script, or null for everything Node finds itself. */
function imports(ts: TypeScript, file: SourceFile): Record<string, string | null> {
  const out: Record<string, string | null> = {};
  for (const { text } of file.imports ?? []) {
    const module = ts.getResolvedModule(file, text, undefined);
    const path = module?.resolvedFileName;
    const local =
      path !== undefined && !module?.isExternalLibraryImport && !/\.d\.[cm]?ts$|\.json$|\/node_modules\//.test(path);
    out[text] = local ? path : null;
  }
  return out;
}

function awaitsAtTop(ts: TypeScript, file: SourceFile): boolean {
  const visit = (node: typescript.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return false;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(file);
}

/** The map with the user's name and lines: those that tslab puts before a cell are taken away. */
function sourceMap(ts: TypeScript, text: string, source: string, content: string, before: number): SourceMapData {
  const { mappings } = JSON.parse(text || '{"mappings":""}') as { mappings: string };
  const host = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => "" };
  const generator = ts.createSourceMapGenerator(host, source, "", "", {});
  const index = generator.addSource(source);
  for (const one of ts.decodeMappings(mappings)) {
    const line = (one.sourceLine ?? -1) - before;
    if (line >= 0)
      generator.addMapping(one.generatedLine, one.generatedCharacter, index, line, one.sourceCharacter ?? 0);
  }
  const made = generator.toJSON().mappings;
  return {
    version: 3,
    file: source,
    sources: [source],
    sourcesContent: [content],
    names: [],
    mappings: made,
    sourceRoot: "",
  };
}
