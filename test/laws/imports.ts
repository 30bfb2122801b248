// Source files → what each of them imports: relative ones as paths from the root, others by their package.

import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import typescript from "typescript";

/** The project's root, seen from the compiled test; with slashes on Windows too. */
export const root: string = fileURLToPath(new URL("../../../", import.meta.url)).replaceAll("\\", "/");

export interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** All TypeScript files under a folder of the project. */
export function sourcesIn(folder: string): SourceFile[] {
  return readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => {
      const path = `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/").slice(root.length);
      return { path, text: readFileSync(`${root}${path}`, "utf8") };
    });
}

/** What a file imports, also for types, later, or as another thread's first file. */
export function importsOf({ path, text }: SourceFile): string[] {
  const named = typescript.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const threads = [...text.matchAll(/new URL\(\s*"(\.[^"]+)"\s*,\s*import\.meta\.url/g)].map(
    (match) => match[1] as string,
  );
  return [...named, ...threads].map((name) =>
    name.startsWith(".") ? posix.join(posix.dirname(path), name).replace(/\.js$/, ".ts") : packageOf(name),
  );
}

const packageOf = (name: string): string =>
  name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
