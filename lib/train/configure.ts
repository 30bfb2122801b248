// Settings of the whole process.

import { type BackendName, disposeBackend, selectBackend } from "../backend/select.js";
import { setSeed } from "../graph/seed.js";

export interface Configuration {
  /** "wasm" computes on worker threads; "js" is slow and plain, for checking and for machines without WebAssembly SIMD. */
  readonly backend?: BackendName | undefined;
  /** Worker threads. Default: WEFT_THREADS, or one per core. */
  readonly threads?: number | undefined;
  /** Fixes all random choices made from here on: fresh weights, shuffling, dropout. */
  readonly seed?: number | undefined;
}

/**
 * Changes settings. Another backend or number of threads starts anew: weights that models hold are lost, so call it first.
 *
 * @example
 * await configure({ threads: 4, seed: 1 });
 */
export async function configure({ backend, threads, seed }: Configuration): Promise<void> {
  if (seed !== undefined) setSeed(seed);
  if (backend === undefined && threads === undefined) return;
  await selectBackend({ ...(backend === undefined ? {} : { backend }), ...(threads === undefined ? {} : { threads }) });
}

/**
 * Stops the worker threads and forgets all numbers, also those of weights. Scripts end by themselves without it.
 *
 * @example
 * await dispose();
 */
export async function dispose(): Promise<void> {
  await disposeBackend();
}

export { setSeed };
