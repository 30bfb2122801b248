// SIGINT while the main thread computes: Node's own handlers can't run then, but its vm module watches for the signal by itself.

import { Worker } from "node:worker_threads";

/**
 * Sleeps until a SIGINT interrupts the sleep, and says so. The outer script's watch is there while the inner one starts again:
 * without any, the signal would end the process.
 */
const sleeper = `
const vm = require("node:vm");
const { parentPort } = require("node:worker_threads");
const cell = new Int32Array(new SharedArrayBuffer(4));
function watched(script) {
  try {
    script.runInThisContext({ breakOnSigint: true });
  } catch (error) {
    if (error.code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    parentPort.postMessage("SIGINT");
  }
}
const sleep = new vm.Script("Atomics.wait(cell, 0, 0)");
Object.assign(globalThis, { cell, sleep, watched });
const sleepOn = new vm.Script("for (;;) watched(sleep)");
for (;;) watched(sleepOn);
`;

/** Calls `heard` at each SIGINT of this process, whatever its main thread does; the result ends that. Windows has none. */
export function onSigint(heard: () => void): () => Promise<unknown> {
  if (process.platform === "win32") return () => Promise.resolve();
  const worker = new Worker(sleeper, { eval: true, execArgv: [] });
  worker.on("message", heard);
  worker.unref();
  return () => worker.terminate();
}
