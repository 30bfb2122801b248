// Which backend computes: one for the whole process, made at first use.

import type { Backend } from "./backend.js";

export type BackendName = "wasm" | "js";

/** What `configure` may set. */
export interface BackendOptions {
  readonly backend?: BackendName;
  /** Worker threads; by default one per core. */
  readonly threads?: number;
}

/** Makes a backend. Imported when asked for, so that a script that never computes never loads kernels. */
const makers: Record<BackendName, (options: BackendOptions) => Promise<Backend>> = {
  js: async () => new (await import("./js.js")).JsBackend(),
  wasm: async ({ threads }) => new (await import("./wasm.js")).WasmBackend(threads === undefined ? {} : { threads }),
};

const defaultBackend: BackendName = "wasm";

let options: BackendOptions = {};
let current: Promise<Backend> | null = null;
let made = 0;

/** The backend of this process. */
export function backend(): Promise<Backend> {
  current ??= makers[options.backend ?? named(process.env["WEFT_BACKEND"]) ?? defaultBackend](options);
  return current;
}

/** Grows with every new backend: what was compiled for an older one is void. */
export const backendGeneration = (): number => made;

/** Sets options for the next backend and disposes of the present one, whose numbers are lost. */
export async function selectBackend(next: BackendOptions): Promise<void> {
  options = { ...options, ...next };
  await disposeBackend();
}

/** Stops the workers and forgets all numbers; the next computation starts anew. */
export async function disposeBackend(): Promise<void> {
  const old = current;
  current = null;
  made++;
  if (old) await (await old).dispose();
}

const named = (name: string | undefined): BackendName | undefined =>
  name === "js" || name === "wasm" ? name : undefined;
