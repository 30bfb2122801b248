// What saving gives: which files of which format, how large, what is in them, and how others open them. Notebooks show it as a table.

import { readableBytes } from "../../graph/bytes.js";
import { showsItself } from "../../show/notebook.js";

/** Something that was written. */
export interface SavedPart {
  /** "config", "weights", "optimizer", "training", "checksums". */
  readonly name: string;
  /** "14 arrays, 52,138 numbers". */
  readonly words: string;
  /** Null for what takes no room worth naming. */
  readonly bytes: number | null;
}

/** Code that opens what was written. */
export interface OpeningCode {
  /** "Keras", "Weft", "onnxruntime". */
  readonly where: string;
  readonly code: string;
}

export interface SavedFacts {
  readonly path: string;
  /** "Keras 3 model". */
  readonly format: string;
  /** All files that were written, the one at `path` first. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Arrays in them. */
  readonly arrays: number;
  readonly parts: readonly SavedPart[];
  readonly opening: readonly OpeningCode[];
}

export class SavedFile implements SavedFacts {
  readonly path: string;
  readonly format: string;
  readonly files: SavedFacts["files"];
  readonly arrays: number;
  readonly parts: readonly SavedPart[];
  readonly opening: readonly OpeningCode[];

  constructor({ path, format, files, arrays, parts, opening }: SavedFacts) {
    this.path = path;
    this.format = format;
    this.files = files;
    this.arrays = arrays;
    this.parts = parts;
    this.opening = opening;
  }

  /** Size of all files. */
  get bytes(): number {
    return this.files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** "m.keras: Keras 3 model, 611.76 KB". */
  get title(): string {
    const more = this.files.length - 1;
    const files = more > 0 ? ` in ${this.files.length} files` : "";
    return `${this.path}: ${this.format}, ${readableBytes(this.bytes)}${files}`;
  }

  /** The title, a line for each part, and how to open it. */
  toString(): string {
    const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
    const names = widest(this.parts.map(({ name }) => name));
    const words = widest(this.parts.map((part) => part.words));
    const lines = this.parts.map(({ name, words: own, bytes }) =>
      `  ${name.padEnd(names)}  ${own.padEnd(words)}  ${bytes === null ? "" : readableBytes(bytes).padStart(10)}`.trimEnd(),
    );
    return [this.title, ...lines, ...this.opening.map(({ where, code }) => `In ${where}: ${code}`)].join("\n");
  }
}

showsItself(SavedFile);
