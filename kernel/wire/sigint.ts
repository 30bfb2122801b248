// SIGINT while the main thread computes: Node's own handlers can't run then, but its vm module watches for the signal by itself.

import { Worker } from "node:worker_threads";

/**
 * Sleeps until a SIGINT interrupts the sleep, and says so. Scripts within scripts: while one starts again, the ones around it watch.
 * Without any watch a signal ends the process, and signals may come in bursts.
 */
const sleeper = `
const vm = require("node:vm");
const { parentPort } = require("node:worker_threads");
const sleep = [new vm.Script("Atomics.wait(cell, 0, 0)")];
for (let depth = 1; depth < 8; depth++) sleep[depth] = new vm.Script("for (;;) watched(" + (depth - 1) + ")");
function watched(depth) {
  try {
    sleep[depth].runInThisContext({ breakOnSigint: true });
  } catch (error) {
    if (error.code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    parentPort.postMessage("SIGINT");
  }
}
Object.assign(globalThis, { watched, cell: new Int32Array(new SharedArrayBuffer(4)) });
for (;;) watched(sleep.length - 1);
`;

/** Calls `heard` at each SIGINT of this process, whatever its main thread does; the result ends that. Windows has none. */
export function onSigint(heard: () => void): () => Promise<unknown> {
  if (process.platform === "win32") return () => Promise.resolve();
  const worker = new Worker(sleeper, { eval: true, execArgv: [] });
  worker.on("message", heard);
  worker.unref();
  return () => worker.terminate();
}
