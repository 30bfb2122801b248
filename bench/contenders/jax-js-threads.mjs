// jax-js with the browser's Worker that it needs for threads, which Node users do not have.

import { availableParallelism } from "node:os";
import { openWith } from "./jax-js.mjs";
import { installWebWorker } from "./web-worker.mjs";

export async function open(task, data) {
  // Before the library is loaded, which looks for a browser's globals.
  installWebWorker();
  const contender = await openWith(availableParallelism(), task, data);
  return { ...contender, note: ["given a Worker for Node", contender.note].filter(Boolean).join("; ") };
}
