// A cell's tree, changed before TypeScript emits it: names of older cells, guarded awaits, the value, what it declares.
// Runs first, so that every expression keeps its place in the source map.

import type * as typescript from "@tslab/typescript-for-tslab";
import type { Node, TypeScript } from "./typescript.js";

/** What the emitted code calls; the kernel's thread puts it there (see scripts.ts). */
export const runtimeName = "__tslab__";
/** The emitted code's name of what cells share. */
export const scopeName = "__scope__";
/** The emitted code's name of the cell's run. */
export const runName = "__run__";
/** The variable through which tslab's executor finds the value. */
export const valueName = "__value__";

export interface CellShape {
  /** The checker of the cell's program; null for local files, which see no older cells. */
  readonly checker: typescript.TypeChecker | null;
  isOlder(node: Node): boolean;
  /** Name of the source in places: "cell 4". */
  readonly source: string;
  /** Lines before the user's first one. */
  readonly linesBefore: number;
  /** Names that get a value, with the identifier that exports each. */
  readonly values: ReadonlyMap<string, typescript.Identifier>;
  /** True: the last expression's value is the cell's. */
  readonly showsValue: boolean;
}

export function cellTransformer(
  ts: TypeScript,
  shape: CellShape,
): typescript.TransformerFactory<typescript.SourceFile> {
  return (context) => (file) => {
    const f = context.factory;
    const runtime = (name: string): typescript.Expression =>
      f.createPropertyAccessExpression(f.createIdentifier(runtimeName), name);
    const inScope = (name: string): typescript.PropertyAccessExpression =>
      f.createPropertyAccessExpression(f.createIdentifier(scopeName), name);

    const place = (node: Node): typescript.StringLiteral => {
      const at = file.getLineAndCharacterOfPosition(node.getStart(file));
      return f.createStringLiteral(`${shape.source}:${at.line + 1 - shape.linesBefore}:${at.character + 1}`);
    };
    const isOlder = (symbol: typescript.Symbol | undefined): boolean =>
      symbol?.declarations?.some((declaration) => shape.isOlder(declaration)) ?? false;
    const isTop = (node: Node): boolean => {
      for (let at: Node = node.parent; at && !ts.isSourceFile(at); at = at.parent)
        if (ts.isFunctionLike(at) || ts.isClassStaticBlockDeclaration(at) || ts.isModuleBlock(at)) return false;
      return true;
    };
    const where = (at: Node): typescript.Expression[] =>
      shape.checker ? [f.createIdentifier(runName), ...(isTop(at) ? [f.createTrue()] : [])] : [];
    const guarded = (name: string, value: typescript.Expression, at: Node): typescript.Expression =>
      f.createCallExpression(runtime(name), undefined, [value, place(at), ...where(at)]);
    const olderName = (node: typescript.Identifier): typescript.Expression | undefined => {
      if (!shape.checker || !ts.isExpressionNode(node)) return undefined;
      if (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) return undefined;
      return isOlder(shape.checker.getSymbolAtLocation(node)) ? ts.setTextRange(inScope(node.text), node) : undefined;
    };
    /** Called without `this`, as it was written. */
    const callee = (node: typescript.Expression): typescript.Expression => {
      const older = ts.isIdentifier(node) ? olderName(node) : undefined;
      if (!older) return ts.visitNode(node, visit) as typescript.Expression;
      return ts.setTextRange(f.createParenthesizedExpression(f.createComma(f.createNumericLiteral(0), older)), node);
    };

    const visit = (node: Node): Node => {
      if (ts.isExpressionWithTypeArguments(node)) {
        const clause = node.parent;
        if (ts.isHeritageClause(clause) && clause.token === ts.SyntaxKind.ImplementsKeyword) return node;
        const expression = ts.visitNode(node.expression, visit) as typescript.Expression;
        return f.updateExpressionWithTypeArguments(node, expression, node.typeArguments);
      }
      if (ts.isTypeNode(node)) return node;
      if (ts.isIdentifier(node)) return olderName(node) ?? node;
      if (ts.isShorthandPropertyAssignment(node)) return shorthand(node);
      if (ts.isAwaitExpression(node)) {
        const value = ts.visitNode(node.expression, visit) as typescript.Expression;
        return f.updateAwaitExpression(node, guarded("guard", value, node));
      }
      if (ts.isForOfStatement(node) && node.awaitModifier) {
        const each = ts.visitEachChild(node, visit, context);
        const list = guarded("iterate", each.expression, node);
        return f.updateForOfStatement(each, each.awaitModifier, each.initializer, list, each.statement);
      }
      if (ts.isCallExpression(node)) return call(node);
      if (ts.isTaggedTemplateExpression(node)) {
        const template = ts.visitNode(node.template, visit) as typescript.TemplateLiteral;
        return f.updateTaggedTemplateExpression(node, callee(node.tag), undefined, template);
      }
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
        return f.createCallExpression(runtime("meta"), undefined, [f.createIdentifier("require")]);
      return ts.visitEachChild(node, visit, context);
    };

    const shorthand = (node: typescript.ShorthandPropertyAssignment): Node => {
      const older = isOlder(shape.checker?.getShorthandAssignmentValueSymbol(node));
      const fallback = node.objectAssignmentInitializer;
      if (!older) return ts.visitEachChild(node, visit, context);
      const value = fallback
        ? f.createAssignment(inScope(node.name.text), ts.visitNode(fallback, visit) as typescript.Expression)
        : inScope(node.name.text);
      return ts.setTextRange(f.createPropertyAssignment(node.name.text, value), node);
    };
    const call = (node: typescript.CallExpression): Node => {
      const values = ts.visitNodes(node.arguments, visit) as typescript.NodeArray<typescript.Expression>;
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword)
        return ts.setTextRange(
          f.createCallExpression(runtime("load"), undefined, [f.createIdentifier("require"), ...values]),
          node,
        );
      return f.updateCallExpression(node, callee(node.expression), undefined, values);
    };

    const statements = ts.visitNodes(file.statements, visit) as typescript.NodeArray<typescript.Statement>;
    if (!shape.checker) return f.updateSourceFile(file, statements);
    return f.updateSourceFile(file, declare(ts, f, file, statements, shape, { runtime, inScope }));
  };
}

/** The statements, with what they declare put into the scope, and the value of the last into its variable. */
function declare(
  ts: TypeScript,
  f: typescript.NodeFactory,
  file: typescript.SourceFile,
  statements: readonly typescript.Statement[],
  shape: CellShape,
  make: {
    runtime(name: string): typescript.Expression;
    inScope(name: string): typescript.PropertyAccessExpression;
  },
): typescript.Statement[] {
  const { left, first, after } = declarations(ts, file, shape);
  const own = (name: string): typescript.Identifier => {
    // The original tells TypeScript that an import's name stands for a module's property.
    const original = shape.values.get(name);
    const id = f.createIdentifier(name);
    return original ? ts.setOriginalNode(id, original) : id;
  };
  const fixed = (name: string): typescript.Statement =>
    f.createExpressionStatement(
      f.createCallExpression(make.runtime("fixed"), undefined, [f.createStringLiteral(name), own(name)]),
    );
  const live = (name: string, writable: boolean): typescript.Statement => {
    const parameter = f.createParameterDeclaration(undefined, undefined, "__new__");
    const read = f.createArrowFunction(undefined, undefined, [], undefined, undefined, own(name));
    const write = f.createArrowFunction(
      undefined,
      undefined,
      [parameter],
      undefined,
      undefined,
      f.createVoidExpression(f.createAssignment(own(name), f.createIdentifier("__new__"))),
    );
    const parts = [f.createStringLiteral(name), read, ...(writable ? [write] : [])];
    return f.createExpressionStatement(f.createCallExpression(make.runtime("live"), undefined, parts));
  };
  const statement = (declared: Declared): typescript.Statement =>
    declared.kind === "fixed" ? fixed(declared.name) : live(declared.name, declared.kind === "variable");

  const out: typescript.Statement[] = [...first.map(statement)];
  const last = shape.showsValue ? lastExpression(ts, file) : -1;
  statements.forEach((made, i) => {
    const original = file.statements[i] as typescript.Statement;
    if (left.has(original)) return;
    out.push(i === last ? valueStatement(ts, f, made as typescript.ExpressionStatement) : made);
    for (const declared of after.get(original) ?? []) out.push(statement(declared));
  });
  return out;
}

function valueStatement(
  ts: TypeScript,
  f: typescript.NodeFactory,
  statement: typescript.ExpressionStatement,
): typescript.Statement {
  const box = f.createObjectLiteralExpression([
    f.createPropertyAssignment("value", statement.expression),
    f.createPropertyAssignment("run", f.createIdentifier(runName)),
  ]);
  const target = f.createPropertyAccessExpression(f.createIdentifier("exports"), valueName);
  return ts.setTextRange(f.createExpressionStatement(f.createAssignment(target, box)), statement);
}

interface Declared {
  readonly name: string;
  /** A variable is read and written where it lives, an import is read there, everything else is copied once. */
  readonly kind: "fixed" | "variable" | "import";
}

/** Where each name gets into the scope: hoisted ones first, others after their statement. `left`: statements to leave out. */
function declarations(
  ts: TypeScript,
  file: typescript.SourceFile,
  shape: CellShape,
): { left: Set<Node>; first: Declared[]; after: Map<Node, Declared[]> } {
  const left = new Set<Node>();
  const first: Declared[] = [];
  const after = new Map<Node, Declared[]>();
  const seen = new Set<string>();
  const add = (list: Declared[], name: string, kind: Declared["kind"]): void => {
    if (seen.has(name) || !shape.values.has(name)) return;
    seen.add(name);
    list.push({ name, kind });
  };
  for (const statement of file.statements) {
    const own: Declared[] = [];
    if (ts.isExportDeclaration(statement)) left.add(statement);
    else if (ts.isFunctionDeclaration(statement) && statement.name) add(first, statement.name.text, "fixed");
    else if (ts.isVariableStatement(statement)) {
      const kind = statement.declarationList.flags & ts.NodeFlags.Const ? "fixed" : "variable";
      for (const declaration of statement.declarationList.declarations)
        for (const name of bindingNames(ts, declaration.name)) add(own, name, kind);
    } else if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement))
      for (const name of importNames(ts, statement)) add(own, name, "import");
    else if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement)) {
      if (statement.name && ts.isIdentifier(statement.name)) add(own, statement.name.text, "fixed");
    }
    if (own.length) after.set(statement, own);
  }
  // `var` inside of blocks and loops.
  for (const name of shape.values.keys()) add(first, name, "variable");
  return { left, first, after };
}

export function bindingNames(ts: TypeScript, name: typescript.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : bindingNames(ts, element.name)));
}

function importNames(
  ts: TypeScript,
  statement: typescript.ImportDeclaration | typescript.ImportEqualsDeclaration,
): string[] {
  if (ts.isImportEqualsDeclaration(statement)) return [statement.name.text];
  const clause = statement.importClause;
  if (!clause) return [];
  const names = clause.name ? [clause.name.text] : [];
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) names.push(bindings.name.text);
  else if (bindings) names.push(...bindings.elements.map((element) => element.name.text));
  return names;
}

/** Index of the statement whose value is the cell's; -1 for none. */
function lastExpression(ts: TypeScript, file: typescript.SourceFile): number {
  let i = file.statements.length - 1;
  while (i >= 0) {
    const statement = file.statements[i] as typescript.Statement;
    if (!ts.isExportDeclaration(statement) && !ts.isEmptyStatement(statement)) break;
    i--;
  }
  return i >= 0 && ts.isExpressionStatement(file.statements[i] as Node) ? i : -1;
}
