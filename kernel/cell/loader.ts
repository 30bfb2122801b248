// Modules of cells: local files that were compiled, the library itself, and everything Node finds from the notebook's folder.

import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { Edits } from "./edits.js";
import type { LocalFile, Script } from "./protocol.js";
import { knowScript, mapComment } from "./stack.js";
import { tslabModule } from "./tslabModule.js";

type Library = typeof import("../../lib/index.js");
type Require = (name: string) => unknown;

interface Module {
  readonly file: LocalFile;
  exports: Record<string, unknown>;
  state: "new" | "loading" | "loaded";
  failed?: { readonly error: unknown };
}

/** `require` of one script, with what else it needs to know about its place. */
export interface ScriptRequire extends Require {
  readonly path: string;
}

const own = createRequire(import.meta.url);
const libraryPath = fileURLToPath(new URL("../../lib/index.js", import.meta.url));
/** Errors of Node when an ES module can't be had at once. */
const asynchronous = new Set(["ERR_REQUIRE_ASYNC_MODULE", "ERR_REQUIRE_ESM"]);
const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

export class Loader {
  readonly #root: string;
  readonly #onLibrary: (library: Library) => void;
  readonly #display: unknown;
  readonly #modules = new Map<string, Module>();
  /** ES modules that had to be imported, by the URL of the file. */
  readonly #imported = new Map<string, unknown>();
  readonly #edits = new Edits();
  #library: Library | undefined;

  constructor(root: string, globals: Readonly<Record<string, unknown>>, onLibrary: (library: Library) => void) {
    this.#root = root;
    this.#display = globals["display"];
    this.#onLibrary = onLibrary;
  }

  /** Local files that are new or have changed: they and everything that imports them load again. */
  update(files: readonly LocalFile[]): void {
    for (const file of files) {
      knowScript(file.path, file.code, file.map);
      this.#modules.set(file.path, { file, exports: {}, state: "new" });
    }
    const changed = new Set(files.map((file) => file.path));
    for (let again = true; again; ) {
      again = false;
      for (const [path, module] of this.#modules) {
        const imports = Object.values(module.file.imports);
        if (changed.has(path) || !imports.some((one) => one !== null && changed.has(one))) continue;
        changed.add(path);
        this.#modules.set(path, { file: module.file, exports: {}, state: "new" });
        again = true;
      }
    }
  }

  /** `require` for a script; `path` is a file's, or that of a cell as if it lay in the notebook's folder. */
  requireFor(script: Pick<Script, "imports">, path: string): ScriptRequire {
    const node = createRequire(path);
    const load = (name: string): unknown => this.#require(script, node, name);
    return Object.assign(load, { path });
  }

  cellPath(): string {
    return join(this.#root, "cell.ts");
  }

  /** Loads ahead what `require` can't: ES modules that await. */
  async prepare(script: Pick<Script, "imports">, path: string): Promise<void> {
    const node = createRequire(path);
    for (const [name, local] of Object.entries(script.imports)) {
      const module = local === null ? undefined : this.#modules.get(local);
      if (module) await this.#prepareLocal(module);
      else await this.#prepareOther(node, name);
    }
  }

  async #prepareLocal(module: Module): Promise<void> {
    if (module.state !== "new") return;
    if (!module.file.awaits) {
      module.state = "loading";
      await this.prepare(module.file, module.file.path);
      module.state = "new";
      return;
    }
    module.state = "loading";
    await this.prepare(module.file, module.file.path);
    await this.#execute(module);
  }

  async #prepareOther(node: NodeJS.Require, name: string): Promise<void> {
    if (name === "weft" || name === "tslab" || name.startsWith("node:")) return;
    try {
      node(name);
    } catch (error) {
      if (!asynchronous.has(String(codeOf(error)))) return;
      const url = pathToFileURL(node.resolve(name)).href;
      this.#imported.set(url, await import(url));
    }
  }

  #require(script: Pick<Script, "imports">, node: NodeJS.Require, name: string): unknown {
    if (name === "weft") return this.library();
    if (name === "tslab") return tslabModule(this.#display);
    const local = this.#modules.get(script.imports[name] ?? "");
    if (local) return this.#load(local);
    try {
      this.#edits.forget(node, name);
      return node(name);
    } catch (error) {
      if (asynchronous.has(String(codeOf(error)))) {
        const imported = this.#imported.get(pathToFileURL(node.resolve(name)).href);
        if (imported) return imported;
      }
      // The library's own packages can be imported from any folder.
      if (codeOf(error) === "MODULE_NOT_FOUND" && /^ndarray(-ops)?$/.test(name)) return own(name);
      throw error;
    }
  }

  #load(module: Module): unknown {
    if (module.failed) throw module.failed.error;
    if (module.state === "new") void this.#execute(module);
    if (module.failed) throw (module.failed as { error: unknown }).error;
    return module.exports;
  }

  /** Runs a local file; a promise when it awaits. */
  #execute(module: Module): unknown {
    const { file } = module;
    module.state = "loading";
    const head = `(${file.awaits ? "async " : ""}function (exports, require, module, __filename, __dirname) {`;
    const code = `${head}${file.code}\n})${mapComment(file.map)}`;
    const finish = (failed?: { error: unknown }): void => {
      if (failed) {
        module.failed = failed;
        // The next import tries again.
        this.#modules.set(file.path, { file, exports: {}, state: "new" });
      }
      module.state = "loaded";
    };
    try {
      const settings = { filename: file.path, columnOffset: -head.length };
      const run = runInThisContext(code, settings) as (...values: unknown[]) => unknown;
      const done = run(module.exports, this.requireFor(file, file.path), module, file.path, dirname(file.path));
      if (!file.awaits) return finish();
      return (done as Promise<unknown>).then(
        () => finish(),
        (error: unknown) => {
          finish({ error });
          throw error;
        },
      );
    } catch (error) {
      finish({ error });
      throw error;
    }
  }

  /** The library, the same that the kernel has. */
  library(): Library {
    if (!this.#library) {
      this.#library = own(libraryPath) as Library;
      this.#onLibrary(this.#library);
    }
    return this.#library;
  }

  /** `import(name)` of a script. */
  async load(require: ScriptRequire, name: string): Promise<unknown> {
    if (name === "weft") return this.library();
    const node = createRequire(require.path);
    const local = this.#findLocal(require.path, name);
    if (local) {
      await this.#prepareLocal(local);
      return this.#load(local);
    }
    if (name === "tslab") return tslabModule(this.#display);
    if (/^(node|data|file|https?):/.test(name)) return import(name);
    if (name.startsWith(".") || isAbsolute(name))
      return import(this.#edits.url(isAbsolute(name) ? name : join(dirname(require.path), name)));
    return import(pathToFileURL(node.resolve(name)).href);
  }

  #findLocal(from: string, name: string): Module | undefined {
    if (!name.startsWith(".") && !isAbsolute(name)) return undefined;
    const path = (isAbsolute(name) ? name : join(dirname(from), name)).replaceAll("\\", "/");
    const tries = [path, `${path}.ts`, `${path}.js`, path.replace(/\.js$/, ".ts"), `${path}/index.ts`];
    return tries.map((one) => this.#modules.get(one)).find((one) => one !== undefined);
  }

  /** `import.meta` of a script. */
  meta(require: ScriptRequire): object {
    const { path } = require;
    const url = pathToFileURL(path).href;
    const node = createRequire(path);
    return {
      url,
      filename: path,
      dirname: dirname(path),
      resolve: (name: string) => {
        const found = node.resolve(name);
        return isAbsolute(found) ? pathToFileURL(found).href : found;
      },
    };
  }
}
