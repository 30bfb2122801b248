// HDF5 files, read and written by a thread of their own: large ones don't keep this one busy, and damaged ones can't harm it.

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { ValueError } from "../../graph/errors.js";
import type { DatasetEntry, GroupEntry, Hdf5Answer, Hdf5Request, Hdf5Setup, Listing } from "./hdf5Protocol.js";
import type { Numbers, StoredArray } from "./modelFile.js";
import { blockOf, piecesOf } from "./pieces.js";

/** A thread without work ends after this. */
const idleMilliseconds = 5_000;
/** For loading the library, and for any one answer. */
const patienceMilliseconds = 60_000;
/** A sound file gives all of itself in a moment; in a damaged one the library may walk in circles. Small arrays take longest by their size. */
const readingMilliseconds = 1_000;
const readingMillisecondsPerMegabyte = 500;

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** The library's code, once a thread has compiled it. */
let libraryCode: WebAssembly.Module | undefined;

/** The thread, and those who wait for its answers. */
class Hdf5Thread {
  readonly #thread: Worker;
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #loaded = false;
  ended = false;
  /** How long all answers together may still take. */
  left: number = Number.POSITIVE_INFINITY;
  #answers = 0;

  constructor() {
    this.#thread = new Worker(new URL("./hdf5Worker.js", import.meta.url), {
      name: "weft hdf5",
      execArgv: [],
      workerData: { code: libraryCode } satisfies Hdf5Setup,
      // What the library prints when it gives up.
      stdout: true,
      stderr: true,
    });
    this.#thread.on("message", ({ ready, milliseconds = 0, value, error }: Hdf5Answer) => {
      this.#answers++;
      this.left -= milliseconds;
      if (ready) {
        libraryCode = ready;
        this.#loaded = true;
        this.#rest();
        return;
      }
      const asker = this.#waiting.shift();
      if (error === undefined) asker?.resolve(value);
      else asker?.reject(new Error(innermost(error)));
      this.#rest();
    });
    this.#thread.on("error", (error) => this.end(error));
    this.#thread.on("exit", () => this.end(new Error("the HDF5 library gave up")));
    this.#rest();
  }

  ask(request: Hdf5Request): Promise<unknown> {
    if (this.ended) return Promise.reject(new Error("the HDF5 library gave up"));
    const transfer = "data" in request ? [request.data.buffer as ArrayBuffer] : [];
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#thread.ref();
      this.#rest();
      this.#thread.postMessage(request, transfer);
    });
  }

  end(reason: unknown): void {
    this.ended = true;
    if (this.#timer) clearTimeout(this.#timer);
    void this.#thread.terminate();
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  /** Waits so long for the next answer. Without anyone waiting, the thread keeps no process alive, and soon ends. */
  #rest(): void {
    if (this.#waiting.length > 0) {
      const patience = this.#loaded ? Math.max(0, Math.min(patienceMilliseconds, this.left)) : patienceMilliseconds;
      const answers = this.#answers;
      const giveUp = (): void => {
        if (this.#answers === answers) this.end(new Error("the HDF5 library doesn't come back from it"));
      };
      // If it was this thread that was busy, the answer lies here already: it is taken before what is due "immediately".
      this.#watch(patience, () => setImmediate(giveUp));
      return;
    }
    this.#thread.unref();
    this.#watch(idleMilliseconds, () => this.end(null)).unref();
  }

  #watch(milliseconds: number, then: () => void): NodeJS.Timeout {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(then, milliseconds);
    return this.#timer;
  }
}

/** HDF5 says where in its source an error passed through; the innermost place says what it was. */
function innermost(text: string): string {
  const last = [...text.matchAll(/ in \w+\(\): (.*)/g)].at(-1)?.[1];
  return last ?? (text.split("\n")[0] as string);
}

/** A thread that nobody uses at the moment. */
let idle: Hdf5Thread | null = null;

/** An open file. */
export class Hdf5File {
  readonly #thread: Hdf5Thread;
  readonly #what: string;
  #sound = true;

  private constructor(thread: Hdf5Thread, what: string) {
    this.#thread = thread;
    this.#what = what;
  }

  /** Opens `path`; `what` is how errors name it. */
  static async open(path: string, mode: "r" | "w", what: string = path): Promise<Hdf5File> {
    const thread = idle && !idle.ended ? idle : new Hdf5Thread();
    idle = null;
    const file = new Hdf5File(thread, what);
    const megabytes = mode === "r" ? (await stat(path)).size / 1e6 : Number.POSITIVE_INFINITY;
    thread.left = readingMilliseconds + readingMillisecondsPerMegabyte * megabytes;
    await file.#ask({ op: "open", path: resolve(path), mode });
    return file;
  }

  /** All groups and datasets. */
  async list(): Promise<Listing> {
    return (await this.#ask({ op: "list" })) as Listing;
  }

  async group(path: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#ask({ op: "group", path, attributes });
  }

  /** Writes an array; its group must be there. */
  async write(path: string, array: StoredArray, wrote: (bytes: number) => void): Promise<void> {
    const { shape, dtype } = array;
    const pieces = [...piecesOf(shape)];
    const [only] = pieces;
    if (pieces.length <= 1) {
      const data = only ? await array.read(only) : dtype === "float32" ? new Float32Array(0) : new Int32Array(0);
      const bytes = data.byteLength;
      await this.#ask({ op: "create", path, shape, data });
      wrote(bytes);
      return;
    }
    await this.#ask({ op: "createLarge", path, shape, dtype, block: blockOf(shape) });
    for (const piece of pieces) {
      const data = await array.read(piece);
      const bytes = data.byteLength;
      await this.#ask({ op: "write", path, ranges: piece.ranges, data });
      wrote(bytes);
    }
  }

  /** A dataset's numbers, where the file has them. */
  array({ path, shape, dtype, refused }: DatasetEntry): StoredArray {
    return {
      shape,
      dtype,
      read: async ({ ranges }) => {
        if (refused) throw this.#error(`its array ${path} ${refused}`);
        return (await this.#ask({ op: "read", path, ranges })) as Numbers;
      },
    };
  }

  async close(): Promise<void> {
    if (!this.#sound) return;
    await this.#ask({ op: "close" });
    if (idle && idle !== this.#thread) this.#thread.end(null);
    else idle = this.#thread;
  }

  async #ask(request: Hdf5Request): Promise<unknown> {
    try {
      return await this.#thread.ask(request);
    } catch (error) {
      // What a library holds on to after an error nobody knows: begin anew.
      this.#sound = false;
      this.#thread.end(null);
      throw this.#error(error instanceof Error ? error.message : String(error), error);
    }
  }

  #error(reason: string, cause?: unknown): ValueError {
    return new ValueError(`${this.#what}: ${reason}`, {
      hint: "the file is damaged, or was written by something else; write it again where it came from",
      cause,
    });
  }
}

export type { DatasetEntry, GroupEntry, Listing };
