// A browser's Worker over node:worker_threads, as far as jax-js needs one: without it, jax-js would run on one thread.

import { resolveObjectURL } from "node:buffer";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

const inside = `
const { parentPort } = require("node:worker_threads");
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on("message", (data) => globalThis.onmessage?.({ data }));
`;

class WebWorker {
  onmessage = null;
  onerror = null;
  #worker;

  constructor(url) {
    this.#worker = resolveObjectURL(url)
      .text()
      .then((source) => {
        const worker = new Worker(inside + source, { eval: true });
        worker.on("message", (data) => this.onmessage?.({ data }));
        worker.on("error", (error) => this.onerror?.(error));
        worker.unref();
        return worker;
      });
  }

  postMessage(message) {
    this.#worker.then((worker) => worker.postMessage(message));
  }

  terminate() {
    this.#worker.then((worker) => worker.terminate());
  }
}

export function installWebWorker() {
  globalThis.navigator ??= { hardwareConcurrency: availableParallelism() };
  globalThis.Worker ??= WebWorker;
}
