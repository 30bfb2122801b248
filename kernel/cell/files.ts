// The compiler's view of the disk: the notebook's folder, this package's own types under their names, and globals' types.

import { statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type * as typescript from "@tslab/typescript-for-tslab";
import type { Comments } from "./comments.js";
import { globalTypes } from "./globalTypes.js";
import { type TypeScript, tslabRequire } from "./typescript.js";

const slashes = (path: string): string => path.replaceAll("\\", "/");
const here = createRequire(import.meta.url);

/** Folder of this package's compiled library. */
export const libraryFolder: string = slashes(fileURLToPath(new URL("../../lib/", import.meta.url)));

/** Types of what cells can import from any folder, also from one without node_modules. */
function ownTypes(): Readonly<Record<string, string>> {
  const types = (name: string): string => slashes(join(dirname(here.resolve(`${name}/package.json`)), "index.d.ts"));
  return {
    weft: `${libraryFolder}index.d.ts`,
    tslab: slashes(tslabRequire.resolve("./public.js")).replace(/\.js$/, ".d.ts"),
    ndarray: types("@types/ndarray"),
    "ndarray-ops": types("@types/ndarray-ops"),
  };
}

/** By what name declarations of a cell call types of these packages, from a folder that isn't above them. */
export function ownPaths(root: string): Record<string, string[]> {
  const entries = Object.entries(ownTypes()).map(([name, file]) => [name, [slashes(relative(root, file))]]);
  return Object.fromEntries(entries) as Record<string, string[]>;
}

/** The folder that has this package's @types/node. */
export function typeRoot(): string {
  return slashes(dirname(dirname(here.resolve("@types/node/package.json"))));
}

/** Name of the file that declares what cells find without importing it. */
export function globalsFile(root: string): string {
  return slashes(join(root, "__weft__.d.ts"));
}

/** `sys` as tslab and TypeScript see it: nobody watches the disk, since every conversion looks itself. */
export function notebookSystem(ts: TypeScript, root: string, comments: Comments): typescript.System & { warm(): void } {
  const { text: types } = globalTypes(ts);
  let text = types;
  const none: typescript.FileWatcher = { close() {} };
  const globals = globalsFile(root);
  // Files that nobody edits while a kernel runs.
  const fixed = [libraryFolder, `${typeRoot()}/node/`, `${slashes(dirname(ts.sys.getExecutingFilePath()))}/lib.`];
  const read = (path: string, encoding: string | undefined): string | undefined => {
    const found = ts.sys.readFile(path, encoding);
    const late = found !== undefined && path.endsWith(".d.ts") && fixed.some((start) => path.startsWith(start));
    return late ? comments.hide(path, found) : found;
  };
  return Object.assign(Object.create(ts.sys) as typescript.System, {
    warm() {
      text = `import "weft";\n${types}`;
    },
    getCurrentDirectory: () => slashes(root),
    useCaseSensitiveFileNames: true,
    watchFile: () => none,
    watchDirectory: () => none,
    readFile: (path: string, encoding?: string) => (path === globals ? text : read(path, encoding)),
    fileExists: (path: string) => path === globals || ts.sys.fileExists(path),
  });
}

/** Finds what an import means; remembers it until `forget`. */
export interface Resolver {
  resolve(name: string, containingFile: string): typescript.ResolvedModuleFull | undefined;
  /** True when something was not found since the last `forget`. */
  readonly missed: boolean;
  forget(): void;
}

export function createResolver(
  ts: TypeScript,
  system: typescript.System,
  options: typescript.CompilerOptions,
): Resolver {
  const own = ownTypes();
  // What the notebook's folder has installed comes first.
  const { paths, ...settings } = options;
  let missed = false;
  let cache = ts.createModuleResolutionCache(system.getCurrentDirectory(), (name) => name, settings);
  const ownModule = (name: string): typescript.ResolvedModuleFull | undefined => {
    const file = own[name];
    return file && ts.sys.fileExists(file)
      ? { resolvedFileName: file, extension: ts.Extension.Dts, isExternalLibraryImport: true }
      : undefined;
  };
  return {
    resolve(name, containingFile) {
      if (name === "weft" || name === "tslab") return ownModule(name);
      // Declared by @types/node, not found on the disk.
      if (isBuiltin(name)) return undefined;
      const found = ts.resolveModuleName(name, containingFile, settings, system, cache).resolvedModule;
      const module = found?.extension.endsWith("ts") ? found : (ownModule(name) ?? found);
      // Libraries ask for optional ones all the time.
      const library = containingFile.includes("/node_modules/") || containingFile.startsWith(libraryFolder);
      if (!module && !library) missed = true;
      return module;
    },
    get missed() {
      return missed;
    },
    forget() {
      missed = false;
      cache = ts.createModuleResolutionCache(system.getCurrentDirectory(), (name) => name, settings);
    },
  };
}

/** What changes when a file is edited. */
export function fileStamp(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : "";
}
