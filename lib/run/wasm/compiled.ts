// Kernels of a program, compiled. Plans of one process repeat many (training, evaluating and predicting; a cell run again; a model
// that was saved and loaded), and the engine takes far longer for a kernel than all else: each is compiled once.

import type { Op } from "../../graph/op.js";
import { inTurns } from "../../graph/turns.js";
import { keyOf } from "../../plan/key.js";
import type { KernelSpec } from "../../plan/program.js";
import type { Machine } from "./family.js";
import { compileModule, emitModule } from "./module.js";

/** Which export of which module a kernel is. */
export interface KernelPlace {
  /** Index into the modules. */
  readonly module: number;
  readonly name: string;
}

/** Code of a program: what its kernels need of these modules, in the kernels' order. */
export interface CompiledKernels {
  readonly modules: readonly WebAssembly.Module[];
  readonly kernels: readonly KernelPlace[];
}

interface Known {
  readonly module: WebAssembly.Module;
  readonly name: string;
}

// Seeds are constants in kernels, so a session that makes many models would fill any memory.
const mostKnown = 512;
type Lookup = (opName: string) => Op;
/** By everything that a kernel depends on. */
const knownTo = new WeakMap<Lookup, Map<string, Known>>();

/** Kernels that several plans want at once are compiled for the first of them. */
let last: Promise<unknown> = Promise.resolve();

/** Compiles those of the kernels that are not compiled yet, in one module. The event loop goes on meanwhile. */
export function compileKernels(
  specs: readonly KernelSpec[],
  machine: Machine,
  lookup: Lookup,
): Promise<CompiledKernels> {
  const compiled = last.then(() => compileMissing(specs, machine, lookup));
  last = compiled.catch(() => {});
  return compiled;
}

async function compileMissing(
  specs: readonly KernelSpec[],
  machine: Machine,
  lookup: Lookup,
): Promise<CompiledKernels> {
  const known = knownTo.get(lookup) ?? new Map<string, Known>();
  knownTo.set(lookup, known);
  const keys = specs.map((spec) => keyOf([machine, spec]));
  const missing = new Map(specs.map((spec, i) => [keys[i] as string, spec]));
  const found = new Map<string, Known>();
  for (const key of keys) {
    const one = known.get(key);
    if (!one) continue;
    found.set(key, one);
    missing.delete(key);
  }
  if (missing.size > 0) {
    // The engine has not optimized the code that writes the first large kernels: they take 10 ms and more.
    const module = await compileModule(await inTurns(emitModule([...missing.values()], machine, lookup), 1));
    if (known.size + missing.size > mostKnown) known.clear();
    for (const [index, key] of [...missing.keys()].entries()) {
      const one = { module, name: String(index) };
      known.set(key, one);
      found.set(key, one);
    }
  }
  const modules = [...new Set([...found.values()].map(({ module }) => module))];
  const kernels = keys.map((key) => {
    const { module, name } = found.get(key) as Known;
    return { module: modules.indexOf(module), name };
  });
  return { modules, kernels };
}
