// What passes between the thread that asks for HDF5 files and the one that reads and writes them.

import type { Numbers } from "./modelFile.js";

/** A dataset as the file declares it. */
export interface DatasetEntry {
  /** "layers/dense/vars/0". */
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  /** Why its numbers can't be read; undefined when they can. */
  readonly refused?: string | undefined;
}

/** A group's attributes that are texts or lists of texts. */
export interface GroupEntry {
  readonly path: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}

/** All of a file but its numbers. */
export interface Listing {
  readonly datasets: readonly DatasetEntry[];
  readonly groups: readonly GroupEntry[];
}

type Ranges = readonly (readonly [number, number])[];

/** What the thread is started with. */
export interface Hdf5Setup {
  /** The library's code, from a thread before: the next one is ready in half the time. */
  readonly code: WebAssembly.Module | undefined;
}

/** Requests, answered in order. */
export type Hdf5Request =
  | { readonly op: "open"; readonly path: string; readonly mode: "r" | "w" }
  | { readonly op: "list" }
  | { readonly op: "group"; readonly path: string; readonly attributes: Readonly<Record<string, string>> }
  | { readonly op: "create"; readonly path: string; readonly shape: readonly number[]; readonly data: Numbers }
  | {
      readonly op: "createLarge";
      readonly path: string;
      readonly shape: readonly number[];
      readonly dtype: "float32" | "int32";
      /** Sizes of the pieces that it is written in. */
      readonly block: readonly number[];
    }
  | { readonly op: "write"; readonly path: string; readonly ranges: Ranges; readonly data: Numbers }
  | { readonly op: "read"; readonly path: string; readonly ranges: Ranges }
  | { readonly op: "close" };

/** What comes back: a value, or why there is none. */
export interface Hdf5Answer {
  /** Sent once, before any answer: the library is loaded, and this is its code. */
  readonly ready?: WebAssembly.Module;
  /** How long it took. */
  readonly milliseconds?: number;
  readonly value?: unknown;
  readonly error?: string;
}
