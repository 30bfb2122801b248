// The program under tslab's converter: how it is made, brought up to date, and what tslab sees of it.
// tslab builds a watch program with options of its own; here its options, its module resolution and its builder are replaced.

import { join } from "node:path";
import type * as typescript from "@tslab/typescript-for-tslab";
import { lateComments } from "./comments.js";
import { createResolver, fileStamp, globalsFile, notebookSystem, ownPaths, type Resolver, typeRoot } from "./files.js";
import {
  type InsideProgram,
  loadTypeScript,
  type SourceFile,
  substituteTypeScript,
  type TypeScript,
  tslabRequire,
} from "./typescript.js";

type WatchHost = typescript.WatchCompilerHost<typescript.BuilderProgram>;

/** What a conversion wants from the program that tslab asks for. */
export interface Hooks {
  /** Errors of a cell and the local files behind it. */
  diagnose(program: typescript.Program, file: SourceFile): readonly typescript.Diagnostic[];
  /** JavaScript and declarations of a cell. */
  emit(
    program: typescript.Program,
    file: SourceFile,
    declarations: typescript.CustomTransformers["afterDeclarations"],
  ): { readonly code: string; readonly types: string };
}

export interface CellProgram {
  readonly ts: TypeScript;
  /** tslab's conversion: checks and emits through the hooks. */
  convert(older: string, code: string): void;
  /** Brings the program up to date with code that is only asked about, and returns tslab's own completions at the position. */
  complete(older: string, code: string, position: number): import("tslab/dist/converter.js").CompletionInfo;
  readonly cellFile: string;
  /** The program after the converter's last call. */
  program(): typescript.Program;
  /** The cell in it, below what older cells declared. */
  cell(): SourceFile;
  /** True for names that older cells declare. */
  isOlder(node: typescript.Node): boolean;
  /** Keeps the library's types in every program from now on. */
  warm(): void;
  /** Looks at the disk again: edited local files, packages installed since. */
  refresh(): void;
  /** True when an import was not found. */
  missed(): boolean;
  /** Emits one file as a script for `require`, with its map. */
  emit(
    file: SourceFile,
    transformers: typescript.CustomTransformers,
  ): { readonly code: string; readonly types: string; readonly map: string };
}

function changeOptions(ts: TypeScript, options: typescript.CompilerOptions, root: string, javascript: boolean): void {
  Object.assign(options, {
    // Implicit any is allowed where people write it (see diagnostics.ts); as an option it would turn [] into never[].
    strict: true,
    strictPropertyInitialization: false,
    useUnknownInCatchVariables: false,
    alwaysStrict: !javascript,
    noImplicitUseStrict: javascript,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    customConditions: ["node"],
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    typeRoots: [typeRoot()],
    paths: ownPaths(root),
    experimentalDecorators: false,
    disableTopLevelAwait: false,
    checkJs: false,
    preserveConstEnums: true,
    sourceMap: true,
    // tslab's rootDir refuses files above the notebook's folder.
    rootDir: undefined,
  });
}

export function createCellProgram(root: string, javascript: boolean, hooks: Hooks): CellProgram {
  const ts = loadTypeScript();
  const comments = lateComments(ts);
  const system = notebookSystem(ts, root, comments);
  const slashRoot = system.getCurrentDirectory();
  const inRoot = (name: string): string => join(slashRoot, name).replaceAll("\\", "/");
  const cellFile = inRoot(`__tslab__.${javascript ? "js" : "ts"}`);
  const olderFile = inRoot("__prev__.d.ts");
  let current: typescript.Program | undefined;
  let options: typescript.CompilerOptions = {};
  let resolver: Resolver | undefined;
  let resolveAgain = false;
  let converting = false;
  /** What older cells declare, and whether that is news: the same text need not be read again. */
  let declared: string | undefined;
  let declaresAnew = true;
  const readOlder = (text: string): void => {
    declaresAnew = text !== declared;
    declared = text;
  };
  let globalsChanged = (): void => {};
  const watchers = new Map<string, { stamp: string; changed: () => void }>();

  const createHost = ((files: string[], given: typescript.CompilerOptions, sys: typescript.System): WatchHost => {
    options = given;
    changeOptions(ts, options, slashRoot, javascript);
    const own = createResolver(ts, sys, options);
    resolver = own;
    const create = ((names, opts, host, old) =>
      tslabBuilder(
        ts.createProgram({
          rootNames: names ?? [],
          options: opts ?? {},
          ...(host ? { host } : {}),
          ...(old ? { oldProgram: old.getProgram() } : {}),
        }),
      )) as typescript.CreateProgram<typescript.BuilderProgram>;
    const host = ts.createWatchCompilerHost(
      [...files, globalsFile(slashRoot)],
      options,
      sys,
      create,
      () => {},
      () => {},
    );
    host.resolveModuleNameLiterals = (names, containing) =>
      names.map((name) => ({ resolvedModule: own.resolve(name.text, containing) }));
    host.hasInvalidatedResolutions = (path) => resolveAgain && !path.includes("/node_modules/");
    const watch = host.watchFile;
    host.watchFile = (path, callback, ...rest) => {
      if (path === cellFile) return watch(path, callback, ...rest);
      if (path === olderFile)
        return watch(path, (...change) => (declaresAnew ? callback(...change) : undefined), ...rest);
      if (path === globalsFile(slashRoot)) globalsChanged = () => callback(path, ts.FileWatcherEventKind.Changed);
      if (path.includes("/node_modules/") || path.endsWith(".d.ts")) return { close() {} };
      watchers.set(path, {
        stamp: fileStamp(path),
        changed: () => callback(path, ts.FileWatcherEventKind.Changed),
      });
      return { close: () => void watchers.delete(path) };
    };
    return host;
  }) as unknown as TypeScript["createWatchCompilerHost"];

  /** As much of a builder as tslab uses; TypeScript's own keeps a graph of all files up to date at every cell. */
  function tslabBuilder(program: typescript.Program): typescript.BuilderProgram {
    current = program;
    comments.restore(program);
    // Binds the files: without it, nodes have no parents.
    program.getTypeChecker();
    const source = (name: string): SourceFile | undefined => program.getSourceFile(name) as SourceFile | undefined;
    return {
      getProgram: () => program,
      getProgramOrUndefined: () => program,
      getCompilerOptions: () => program.getCompilerOptions(),
      getSourceFile: (name: string) => {
        // tslab would write out what is left of the older declarations, which are kept elsewhere: a third of a late cell's time.
        if (name === olderFile && converting) return noDeclarations(ts);
        const file = source(name);
        if (name !== cellFile || !file || !converting) return file;
        file.parent = source(olderFile) as SourceFile;
        // tslab would ask for the names and convert again to export them; the cell it got exports them already.
        return Object.create(file, { locals: { value: noLocals }, parent: { value: file.parent, writable: true } });
      },
      getSourceFiles: () => program.getSourceFiles(),
      getState: () => ({}),
      releaseProgram() {},
      getAllDependencies: () => [cellFile],
      emit: (
        file: SourceFile,
        write: (name: string, text: string) => void,
        _cancel: unknown,
        _only: unknown,
        custom: typescript.CustomTransformers,
      ) => {
        const { code, types } = hooks.emit(program, source(file.fileName) as SourceFile, custom.afterDeclarations);
        write("outDir/__tslab__.js", code);
        write("outDir/__tslab__.d.ts", types);
      },
    } as unknown as typescript.BuilderProgram;
  }

  substituteTypeScript({
    sys: system,
    createWatchCompilerHost: createHost,
    getPreEmitDiagnosticsOfFiles: (program) => hooks.diagnose(program, program.getSourceFile(cellFile) as SourceFile),
    // Emitted as CommonJS at once.
    transpileModule: (code) => ({ outputText: code }),
  });
  const { createConverter } = tslabRequire("./converter.js") as typeof import("tslab/dist/converter.js");
  const converter = createConverter({ isJS: javascript, isBrowser: false });

  return {
    ts,
    cellFile,
    convert(older, code) {
      readOlder(older);
      converting = true;
      try {
        converter.convert(older, code);
      } finally {
        converting = false;
      }
    },
    complete(older, code, position) {
      readOlder(older);
      return converter.complete(older, code, position);
    },
    program: () => current as typescript.Program,
    cell: () => current?.getSourceFile(cellFile) as SourceFile,
    isOlder: (node) => node.getSourceFile()?.fileName === olderFile,
    warm() {
      system.warm();
      globalsChanged();
    },
    missed: () => resolver?.missed ?? false,
    refresh() {
      resolveAgain = resolver?.missed ?? false;
      if (resolveAgain) resolver?.forget();
      for (const [path, watcher] of watchers) {
        const stamp = fileStamp(path);
        if (stamp === watcher.stamp) continue;
        watcher.stamp = stamp;
        watcher.changed();
      }
    },
    emit: (file, transformers) => emitScript(ts, current as typescript.Program, file, transformers),
  };
}

const noLocals = { forEach() {}, get: () => undefined };

function noDeclarations(ts: TypeScript): SourceFile {
  const file = ts.createSourceFile("__prev__.d.ts", "", ts.ScriptTarget.ES2022) as SourceFile;
  return Object.assign(file, { locals: new Map() });
}

function emitScript(
  ts: TypeScript,
  program: typescript.Program,
  file: SourceFile,
  transformers: typescript.CustomTransformers,
): { code: string; types: string; map: string } {
  const out = { code: "", types: "", map: "" };
  const options = program.getCompilerOptions();
  const { module } = options;
  // Checked as a module, where top-level await is right; emitted for `require`.
  options.module = ts.ModuleKind.CommonJS;
  try {
    // A type without a name, as one of a package's own packages, would else cost the cell all its declarations.
    (program as InsideProgram).emit(
      file,
      (name, text) => {
        if (name.endsWith(".map")) out.map = text;
        else if (name.endsWith(".d.ts") || name.endsWith(".d.mts") || name.endsWith(".d.cts")) out.types = text;
        else out.code = text.replace(/\n?\/\/# sourceMappingURL=[^\n]*\s*$/, "\n");
      },
      undefined,
      false,
      transformers,
      true,
    );
  } finally {
    if (module !== undefined) options.module = module;
  }
  return out;
}
