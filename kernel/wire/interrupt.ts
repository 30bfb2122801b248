// Stops what runs on the cells' thread: by asking, and when nobody answers through the inspector.

import { Session } from "node:inspector";
import { Worker } from "node:worker_threads";

/** How long the cells' thread may take to hear of an interrupt before its script is ended. */
const patienceMs = 400;

export class Interrupter {
  readonly #ask: () => void;
  #timer: NodeJS.Timeout | null = null;
  #session: Session | null = null;

  /** `ask` tells the cells' thread, which answers through `heard`. */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  interrupt(): void {
    this.#ask();
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#terminate();
    }, patienceMs);
  }

  heard(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  close(): void {
    this.heard();
    this.#session?.disconnect();
  }

  /** Ends the script that computes; its thread goes on, with all its variables. */
  #terminate(): void {
    if (!this.#session) {
      this.#session = new Session();
      this.#session.connectToMainThread();
    }
    this.#session.post("Runtime.terminateExecution");
  }
}

/** Sleeps until the process gets a SIGINT, and says so. Node's own handlers can't run while the main thread computes. */
const sleeper = `
const vm = require("node:vm");
const { parentPort } = require("node:worker_threads");
const sleep = new vm.Script("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)");
for (;;) {
  try {
    sleep.runInThisContext({ breakOnSigint: true });
  } catch (error) {
    if (error.code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    parentPort.postMessage("SIGINT");
  }
}`;

/** Calls `heard` at each SIGINT of this process, whatever its main thread does. Windows has none. */
export function onSigint(heard: () => void): Worker | null {
  if (process.platform === "win32") return null;
  const worker = new Worker(sleeper, { eval: true });
  worker.on("message", heard);
  worker.unref();
  return worker;
}
