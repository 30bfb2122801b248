// SIGINT while the main thread computes: Node's own handlers can't run then, but its vm module watches for the signal by itself.

import { type RunningScriptOptions, Script } from "node:vm";
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
  // The outermost script runs already, and watches.
  if (depth === sleep.length - 2) parentPort.postMessage("watching");
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

export interface SigintWatch {
  /** Resolves once signals are heard. */
  readonly watching: Promise<void>;
  readonly end: () => Promise<unknown>;
}

/** Calls `heard` at each SIGINT of this process, whatever its main thread does. Windows has none. */
export function onSigint(heard: () => void): SigintWatch {
  if (process.platform === "win32") return { watching: Promise.resolve(), end: () => Promise.resolve() };
  const worker = new Worker(sleeper, { eval: true, execArgv: [] });
  const watching = new Promise<void>((resolve) => {
    worker.on("message", (message) => (message === "SIGINT" ? heard() : resolve()));
    // Kernels without a watch are interrupted by messages all the same.
    worker.once("exit", () => resolve());
  });
  void watching.then(() => worker.unref());
  return { watching, end: () => worker.terminate() };
}

/**
 * On the main thread: hears of signals until the watch above is there, and keeps others from taking the watch's place. Node gives
 * the signal its default back, which ends the process, when the last listener goes, and takes all listeners away while a script
 * runs with `breakOnSigint`. The result ends that.
 */
export function keepSigint(heard: () => void): () => void {
  process.on("SIGINT", heard);
  const prototype = Script.prototype;
  const { runInThisContext, runInContext } = prototype;
  const without = <T extends RunningScriptOptions>(options: T | undefined): T =>
    ({ ...options, breakOnSigint: false }) as T;
  prototype.runInThisContext = function (options) {
    return runInThisContext.call(this, without(options));
  };
  prototype.runInContext = function (context, options) {
    return runInContext.call(this, context, without(options));
  };
  return () => {
    process.off("SIGINT", heard);
    Object.assign(prototype, { runInThisContext, runInContext });
  };
}
