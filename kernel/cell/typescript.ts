// tslab's TypeScript, with the functions tslab itself takes from inside of it, and the way to give tslab a changed copy.

import { createRequire } from "node:module";
import type * as typescript from "@tslab/typescript-for-tslab";

export type Node = typescript.Node;
export type SourceFile = typescript.SourceFile & {
  /** Names of the file's own scope; there once it is bound. */
  locals?: Map<string, typescript.Symbol>;
  /** What it imports, once a program holds it. */
  imports?: readonly typescript.StringLiteralLike[];
  parseDiagnostics?: readonly typescript.DiagnosticWithLocation[];
  version?: string;
  /** tslab's fork looks names up in a file's parent. */
  parent: Node;
};

/** Not in TypeScript's public types, but in its module. */
interface Inside {
  bindSourceFile(file: SourceFile, options: typescript.CompilerOptions): void;
  isExpressionNode(node: Node): boolean;
  getResolvedModule(
    file: SourceFile,
    name: string,
    mode: undefined,
  ): (typescript.ResolvedModuleFull & { isExternalLibraryImport?: boolean }) | undefined;
  canHaveJSDoc(node: Node): boolean;
  getJSDocCommentRanges(node: Node, text: string): readonly typescript.CommentRange[] | undefined;
  parseIsolatedJSDocComment(text: string, start: number, length: number): { readonly jsDoc?: Node } | undefined;
  setParent(child: Node, parent: Node): void;
  /** Classes of what a program and its checker make. */
  objectAllocator: Readonly<Record<"getSymbolConstructor" | "getSignatureConstructor", () => { prototype: object }>>;
  findPrecedingToken(position: number, file: SourceFile): Node | undefined;
  getPreEmitDiagnosticsOfFiles(
    program: typescript.Program,
    files: readonly SourceFile[],
  ): readonly typescript.Diagnostic[];
  decodeMappings(mappings: string): IterableIterator<{
    generatedLine: number;
    generatedCharacter: number;
    sourceIndex?: number;
    sourceLine?: number;
    sourceCharacter?: number;
  }>;
  createSourceMapGenerator(
    host: object,
    file: string,
    sourceRoot: string,
    sourcesDirectory: string,
    options: object,
  ): {
    addSource(file: string): number;
    addMapping(line: number, character: number, source: number, sourceLine: number, sourceCharacter: number): void;
    toJSON(): { readonly mappings: string };
  };
  Completions: {
    getCompletionEntryDetails(
      program: typescript.Program,
      log: () => void,
      file: SourceFile,
      position: number,
      entry: { name: string; source?: string | undefined; data?: unknown },
      host: object,
      formatContext: object,
      preferences: object,
      cancellation: object,
    ): typescript.CompletionEntryDetails | undefined;
    getCompletionsAtPositionForTslab(
      host: object,
      program: typescript.Program,
      log: () => void,
      file: SourceFile,
      position: number,
      preferences: object,
      trigger: string | undefined,
      kind: number,
      cancellation: object,
    ): typescript.CompletionInfo | undefined;
  };
  SignatureHelp: {
    getSignatureHelpItems(
      program: typescript.Program,
      file: SourceFile,
      position: number,
      reason: object | undefined,
      cancellation: object,
    ): typescript.SignatureHelpItems | undefined;
  };
  getQuickInfoAtPosition(
    file: SourceFile,
    checker: typescript.TypeChecker,
    cancellation: object,
    position: number,
  ): typescript.QuickInfo | undefined;
}

export interface InsideChecker extends typescript.TypeChecker {
  getTypeOnlyAliasDeclaration(symbol: typescript.Symbol): Node | undefined;
}

export interface InsideProgram {
  emit(
    file: SourceFile,
    write: typescript.WriteFileCallback,
    cancel: undefined,
    only: false,
    transformers: typescript.CustomTransformers,
    /** Also when some type has no name that can be written: it is any. */
    forceDeclarations: boolean,
  ): void;
}

export type TypeScript = typeof typescript & Inside;

/** Loads modules as tslab's own files do. */
export const tslabRequire: NodeJS.Require = createRequire(createRequire(import.meta.url).resolve("tslab"));

const place = tslabRequire.resolve("@tslab/typescript-for-tslab");

export function loadTypeScript(): TypeScript {
  return tslabRequire(place) as TypeScript;
}

/** What tslab takes for TypeScript from now on. Must come before tslab's converter is loaded. */
export function substituteTypeScript(changes: Partial<TypeScript>): void {
  const module = tslabRequire.cache[place] as NodeJS.Module;
  module.exports = { ...module.exports, ...changes };
}
