// Docstrings → the examples in them, as modules that compile and run: names of the library are imported, and names that stand for
// something of the user's are made.

import typescript from "typescript";
import { root, type SourceFile } from "./imports.js";

const ts = typescript;

export interface Example {
  /** "lib/catalog/layers/add.ts:17". */
  readonly place: string;
  readonly code: string;
}

/** The examples in a file's docstrings. */
export function examplesIn({ path, text }: SourceFile): Example[] {
  return [...text.matchAll(/^[ \t]*\*[ \t]*@example[ \t]*\n((?:[ \t]*\*(?!\/)(?![ \t]*@).*\n)*)/gm)].map((match) => ({
    place: `${path}:${text.slice(0, match.index).split("\n").length}`,
    code: (match[1] as string)
      .split("\n")
      .map((line) => line.replace(/^[ \t]*\* ?/, ""))
      .filter((line) => !line.startsWith("```"))
      .join("\n")
      .trim(),
  }));
}

/** What examples may take for granted: the reader's own model, data and layers. */
const givens: Readonly<Record<string, string>> = {
  m: `const leftIn = input([3]), rightIn = input([3]);
const m = model({ inputs: [leftIn, rightIn], outputs: dense(1, { activation: "sigmoid" })(concatenate([leftIn, rightIn])) });
m.compile({ optimizer: "sgd", loss: "binary_crossentropy" });`,
  images: "const images = Array.from({ length: 10 }, (_, i) => [i, 1, -i]);",
  texts: "const texts = Array.from({ length: 10 }, (_, i) => [1, i / 5, 0]);",
  x: "const x = [Array.from({ length: 10 }, (_, i) => [i, 1, -i]), Array.from({ length: 10 }, (_, i) => [1, i / 5, 0])];",
  y: "const y = Array.from({ length: 10 }, (_, i) => [i % 2]);",
  labels: "const labels = Array.from({ length: 10 }, (_, i) => [i % 2]);",
};

/** Names that a piece of code uses without saying what they are. */
function freeNames(code: string): Set<string> {
  const file = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: typescript.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isDeclared =
        (ts.isVariableDeclaration(parent) ||
          ts.isClassDeclaration(parent) ||
          ts.isParameter(parent) ||
          ts.isFunctionDeclaration(parent) ||
          ts.isBindingElement(parent)) &&
        parent.name === node;
      const isProperty =
        (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        (ts.isPropertyAssignment(parent) && parent.name === node) ||
        ((ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent)) && parent.name === node);
      if (isDeclared) declared.add(node.text);
      else if (!isProperty) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return new Set([...used].filter((name) => !declared.has(name)));
}

/**
 * An example as a module. What a comment at a line's end says of its value is compared with it: `const y = …; // [null, 8]` of a
 * tensor means its shape, that of an ndarray its numbers.
 */
function moduleOf({ code }: Example, exported: ReadonlySet<string>): string {
  const wanted = freeNames(code);
  const made = Object.keys(givens).filter((name) => wanted.has(name));
  const preamble = made.map((name) => givens[name] as string).join("\n");
  const imports = [...freeNames(`${preamble}\n${code}`)].filter((name) => exported.has(name));
  const checked = code.replace(
    /^(const (\w+) = .*;|([^\n]*);)[ \t]*\/\/ (\[.*\]|-?\d[\d.]*|".*"|true|false)$/gm,
    (_, statement: string, name: string | undefined, expression: string | undefined, value: string) =>
      name ? `${statement} __check(${name}, ${value});` : `__check(${expression}, ${value});`,
  );
  return `import { ${imports.join(", ")} } from "weft";
declare const __check: (value: unknown, wanted: unknown) => void;
${preamble}
${checked}
export {};
`;
}

const options: typescript.CompilerOptions = {
  strict: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
};

/** A program of these modules, which lie in the project and so know it by its name. */
function programOf(
  modules: readonly string[],
  before?: typescript.Program,
): { program: typescript.Program; names: string[] } {
  const files = new Map(modules.map((text, i) => [`${root}test/example${i}.ts`, text]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, language, ...rest) => {
    const own = files.get(name);
    if (own !== undefined) return ts.createSourceFile(name, own, language, true);
    return before?.getSourceFile(name) ?? getSourceFile(name, language, ...rest);
  };
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  return { program: ts.createProgram([...files.keys()], options, host, before), names: [...files.keys()] };
}

/** What the library exports: values and types. */
function exportsOf({ program, names: [only] }: ReturnType<typeof programOf>): Set<string> {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(only as string) as typescript.SourceFile;
  const [statement] = file.statements as unknown as [typescript.ImportDeclaration];
  const library = checker.getSymbolAtLocation(statement.moduleSpecifier);
  return new Set(library ? checker.getExportsOfModule(library).map(({ name }) => name) : []);
}

export interface Compiled {
  readonly errors: readonly string[];
  /** JavaScript that imports the library from where it is. */
  readonly script: string;
}

/** Compiles examples against the library's types. */
export function compileExamples(examples: readonly Example[], library: string): Compiled[] {
  const first = programOf(['import * as weft from "weft"; export default weft;']);
  const exported = exportsOf(first);
  const modules = examples.map((example) => moduleOf(example, exported));
  const { program, names } = programOf(modules, first.program);
  return names.map((name) => {
    const source = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    let script = "";
    program.emit(source, (_, text) => {
      script = text.replaceAll('"weft"', JSON.stringify(library));
    });
    return { errors: found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")), script };
  });
}
