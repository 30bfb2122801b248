// The compiler's thread as the thread of the cells sees it.

import { Worker } from "node:worker_threads";
import type { CompilerAnswer, CompilerRequest, CompilerSettings, Conversion } from "./protocol.js";

export class CompilerThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (conversion: Conversion) => void>();
  #next = 1;
  #failure: string | undefined;

  constructor(settings: CompilerSettings) {
    this.#worker = new Worker(new URL("./compiler.js", import.meta.url), {
      workerData: settings,
      transferList: [settings.language],
      // Its own errors must read as they are, and its memory is its own.
      execArgv: [],
      // A program outlives any young generation; a large one only takes room, three times its size.
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    });
    this.#worker.unref();
    this.#worker.on("message", ({ key, conversion }: CompilerAnswer) => {
      this.#waiting.get(key)?.(conversion);
      this.#waiting.delete(key);
      if (this.#waiting.size === 0) this.#worker.unref();
    });
    this.#worker.on("error", (error) =>
      this.#fail(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    this.#worker.on("exit", () => this.#fail("it has ended"));
  }

  /** Never rejects; the key is what `settle` takes. */
  convert(code: string, source: string, expression: boolean): { key: number; conversion: Promise<Conversion> } {
    const key = this.#next++;
    const conversion = new Promise<Conversion>((resolve) => {
      if (this.#failure) return resolve(failed(this.#failure));
      this.#worker.ref();
      this.#waiting.set(key, resolve);
      this.#post({ kind: "convert", key, code, source, expression });
    });
    return { key, conversion };
  }

  settle(key: number, lost: readonly string[]): void {
    this.#post({ kind: "settle", key, lost });
  }

  /** From now on cells see a variable of this name, which may hold anything. */
  declare(name: string): void {
    this.#post({ kind: "declare", name });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(request: CompilerRequest): void {
    this.#worker.postMessage(request);
  }

  #fail(why: string): void {
    this.#failure ??= why;
    for (const resolve of this.#waiting.values()) resolve(failed(this.#failure));
    this.#waiting.clear();
  }
}

function failed(why: string): Conversion {
  const message = `the compiler's thread has failed, restart the kernel: ${why}`;
  return { status: "error", error: { name: "CompilerError", message, traceback: message.split("\n") } };
}
