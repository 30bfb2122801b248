// Declaration files in, programs made of them without their comments' text; a comment is read when somebody asks what it documents.
// TypeScript 5.0 parses every comment of Node's and its own types, a fifth of all that the compiler does before the first cell.

import type * as typescript from "@tslab/typescript-for-tslab";
import type { Node, SourceFile, TypeScript } from "./typescript.js";

type Documented = Pick<typescript.Symbol, "declarations"> | Pick<typescript.Signature, "declaration">;

export interface Comments {
  /** The text of a file as the parser should see it: everything in its place, comments plain. */
  hide(path: string, text: string): string;
  /** Gives the program's files their own text back. */
  restore(program: typescript.Program): void;
}

/** What only a parser finds: deprecated declarations carry a flag, by which completion puts them last. */
const kept = "@deprecated";

/** Files whose comments are read late, and nodes whose comments have been read. */
const files = new WeakSet<SourceFile>();
const read = new WeakSet<Node>();

function attachComments(ts: TypeScript, node: Node & { jsDoc?: readonly Node[] }, file: SourceFile): void {
  const found = (ts.getJSDocCommentRanges(node, file.text) ?? []).flatMap(
    ({ pos, end }) => ts.parseIsolatedJSDocComment(file.text, pos, end - pos)?.jsDoc ?? [],
  );
  for (const one of found) ts.setParent(one, node);
  if (found.length) node.jsDoc = found;
}

function readComments(ts: TypeScript, node: Node): void {
  const file = node.getSourceFile() as SourceFile;
  if (!files.has(file)) return;
  // A parameter is documented by its function's comment.
  for (let at = node; at !== file && !read.has(at); at = at.parent) {
    read.add(at);
    if (ts.canHaveJSDoc(at)) attachComments(ts, at, file);
  }
}

/** Makes these methods of a class read the comments of what they are asked about first. */
function readBefore(ts: TypeScript, { prototype }: { prototype: object }, methods: readonly string[]): void {
  for (const method of methods) {
    const own = Reflect.get(prototype, method) as (...parameters: unknown[]) => unknown;
    Reflect.set(prototype, method, function (this: Documented, ...parameters: unknown[]): unknown {
      const declarations = "declaration" in this ? [this.declaration] : (this as typescript.Symbol).declarations;
      for (const declaration of declarations ?? []) if (declaration) readComments(ts, declaration);
      return own.apply(this, parameters);
    });
  }
}

const plain = ["getDocumentationComment", "getJsDocTags"];
const contextual = ["getContextualDocumentationComment", "getContextualJsDocTags"];
/** TypeScript's classes are the same for all programs of a process, and changed once. */
let changed = false;

export function lateComments(ts: TypeScript): Comments {
  if (!changed) {
    readBefore(ts, ts.objectAllocator.getSymbolConstructor(), [...plain, ...contextual]);
    readBefore(ts, ts.objectAllocator.getSignatureConstructor(), plain);
    changed = true;
  }
  const texts = new Map<string, string>();
  return {
    hide(path, text) {
      texts.set(path, text);
      return text.replace(/\/\*\*(?!\/)[\s\S]*?\*\//g, (comment) =>
        comment.includes(kept) ? comment : `/* ${comment.slice(3)}`,
      );
    },
    restore(program) {
      if (texts.size === 0) return;
      for (const file of program.getSourceFiles() as readonly SourceFile[]) {
        const text = texts.get(file.fileName);
        if (text === undefined) continue;
        file.text = text;
        files.add(file);
      }
      texts.clear();
    },
  };
}
