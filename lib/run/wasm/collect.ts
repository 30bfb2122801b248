// Garbage collection on demand: the engine can't know how much memory small objects (modules, owners of blocks) stand for.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects this thread's garbage now. */
export function collectGarbage(): void {
  if (typeof globalThis.gc === "function") return void globalThis.gc();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  collect();
}
