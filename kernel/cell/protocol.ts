// What passes between the thread of the cells and the compiler's thread: plain data both ways.

import type { MessagePort } from "node:worker_threads";
import type { CellError } from "./cells.js";

export interface CompilerSettings {
  readonly root: string;
  readonly javascript: boolean;
  readonly language: MessagePort;
}

export type CompilerRequest =
  | {
      readonly kind: "convert";
      readonly key: number;
      readonly code: string;
      /** Name of the source in messages and maps: "cell 4". */
      readonly source: string;
      /** True: the code is one expression, and what it declares is forgotten. */
      readonly expression: boolean;
    }
  /** A variable that no cell has declared. */
  | { readonly kind: "declare"; readonly name: string }
  /** A converted cell has ended; `lost` are names that a failed one declares but never came to. */
  | { readonly kind: "settle"; readonly key: number; readonly lost: readonly string[] };

/** Raw source map (version 3) as Node's SourceMap class takes it. */
export interface SourceMapData {
  readonly version: 3;
  readonly file: string;
  readonly sources: string[];
  readonly sourcesContent: string[];
  readonly names: string[];
  readonly mappings: string;
  readonly sourceRoot: string;
}

/** JavaScript of a cell or of a local file, as the body of a function of `exports` and `require`. */
export interface Script {
  readonly code: string;
  readonly map: SourceMapData;
  /** Modules it asks for; local files by their path, others null. */
  readonly imports: Readonly<Record<string, string | null>>;
}

/** A local file that a cell imports, directly or through others. */
export interface LocalFile extends Script {
  readonly path: string;
  /** True: it awaits at its top level, so that it must be loaded before `require` asks for it. */
  readonly awaits: boolean;
}

export type Conversion =
  | {
      readonly status: "ok";
      readonly script: Script;
      /** Names that get a value. */
      readonly declared: readonly string[];
      /** Local files that are new or have changed since they were last sent. */
      readonly files: readonly LocalFile[];
    }
  | { readonly status: "error"; readonly error: CellError };

export interface CompilerAnswer {
  readonly key: number;
  readonly conversion: Conversion;
}
