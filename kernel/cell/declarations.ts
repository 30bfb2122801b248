// What older cells declared, as the text of a declaration file. Each cell is a layer; a layer hides names of those below.

import type * as typescript from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./typescript.js";

interface Statement {
  readonly text: string;
  /** Names it declares and what each is: a value, a type, or both. */
  readonly names: ReadonlyMap<string, number>;
}

const value = 1;
const type = 2;

export class Declarations {
  readonly #ts: TypeScript;
  /** By key, oldest first. Base: what is settled. */
  #base: Statement[] = [];
  readonly #open = new Map<number, Statement[]>();

  constructor(ts: TypeScript) {
    this.#ts = ts;
  }

  /** Declarations of all cells so far, those that still run included. */
  get text(): string {
    let all = this.#base;
    for (const layer of this.#open.values()) all = over(all, layer);
    return all.map((statement) => statement.text).join("\n");
  }

  add(key: number, text: string): void {
    this.#open.set(key, split(this.#ts, text));
  }

  /** A variable of any type. */
  declare(name: string): void {
    this.#base = over(this.#base, split(this.#ts, `declare let ${name}: any;`));
  }

  /** A cell has ended; a failed one lost the values that it didn't come to. */
  settle(key: number, lost: readonly string[]): void {
    const layer = this.#open.get(key);
    if (!layer) return;
    this.#open.delete(key);
    const gone = new Set(lost);
    const left = layer.filter((statement) =>
      [...statement.names].every(([name, kind]) => kind === type || !gone.has(name)),
    );
    this.#base = over(this.#base, left);
  }
}

function over(below: readonly Statement[], above: readonly Statement[]): Statement[] {
  const hidden = new Map<string, number>();
  for (const statement of above)
    for (const [name, kind] of statement.names) hidden.set(name, (hidden.get(name) ?? 0) | kind);
  const left = below.filter((statement) => {
    for (const [name, kind] of statement.names) if ((hidden.get(name) ?? 0) & kind) return false;
    return true;
  });
  return [...left, ...above];
}

/** One statement for each name, so that each can be hidden alone. */
function split(ts: TypeScript, text: string): Statement[] {
  const file = ts.createSourceFile("cell.d.ts", text, ts.ScriptTarget.ES2022, true);
  return file.statements.flatMap((statement) => parts(ts, file, statement));
}

function parts(ts: TypeScript, file: typescript.SourceFile, statement: typescript.Statement): Statement[] {
  const text = statement.getFullText(file).trim();
  const one = (name: string, kind: number): Statement[] => [{ text, names: new Map([[name, kind]]) }];
  if (ts.isVariableStatement(statement)) {
    const { declarations, flags } = statement.declarationList;
    const word = flags & ts.NodeFlags.Const ? "const" : "let";
    if (declarations.length === 1) return one(declarations[0]?.name.getText(file) ?? "", value);
    return declarations.map((declaration) => ({
      text: `declare ${word} ${declaration.getText(file)};`,
      names: new Map([[declaration.name.getText(file), value]]),
    }));
  }
  if (ts.isImportDeclaration(statement)) return importParts(ts, file, statement);
  if (ts.isFunctionDeclaration(statement)) return one(statement.name?.text ?? "", value);
  if (ts.isClassDeclaration(statement)) return one(statement.name?.text ?? "", value | type);
  if (ts.isEnumDeclaration(statement)) return one(statement.name.text, value | type);
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    return one(statement.name.text, type);
  if (ts.isModuleDeclaration(statement) || ts.isImportEqualsDeclaration(statement))
    return one(statement.name.text, value | type);
  return [];
}

function importParts(
  ts: TypeScript,
  file: typescript.SourceFile,
  statement: typescript.ImportDeclaration,
): Statement[] {
  const clause = statement.importClause;
  if (!clause) return [];
  const from = statement.moduleSpecifier.getText(file);
  const word = clause.isTypeOnly ? "import type" : "import";
  const out: Statement[] = [];
  const add = (name: string, what: string): void => {
    const kind = clause.isTypeOnly ? type : value | type;
    out.push({ text: `${word} ${what} from ${from};`, names: new Map([[name, kind]]) });
  };
  if (clause.name) add(clause.name.text, clause.name.text);
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name.text, `* as ${bindings.name.text}`);
  else if (bindings) for (const element of bindings.elements) add(element.name.text, `{ ${element.getText(file)} }`);
  return out;
}
