// Kernel specs in, the bytes of one WebAssembly module out: a function per kernel, exported as "0", "1", …, over a shared
// memory imported as env.memory, and compiled. Also says how many units of work a kernel has and how much scratch it wants.

import { setFlagsFromString } from "node:v8";
import type { Op } from "../../graph/op.js";
import type { Work } from "../../graph/turns.js";
import type { KernelSpec } from "../../plan/program.js";
import { Assembler } from "./assembler.js";
import { Bytes } from "./bytes.js";
import type { KernelFamily, Machine } from "./family.js";
import { families, pointerCount } from "./kernels/index.js";

const family = (spec: KernelSpec): KernelFamily => families[spec.family] as KernelFamily;

/** How many units of work the kernel has; workers take contiguous ranges of them. */
export function units(spec: KernelSpec, machine: Machine): number {
  return family(spec).units(spec, machine);
}

/** Bytes of scratch that each worker needs while it runs the kernel. */
export function scratchBytes(spec: KernelSpec, machine: Machine): number {
  return family(spec).scratchBytes(spec, machine);
}

const prefix = 3; // start, end, scratch

function functionBody(spec: KernelSpec, machine: Machine, lookup: (opName: string) => Op): Uint8Array {
  const assembler = new Assembler(prefix + pointerCount(spec), machine, lookup);
  family(spec).emit(spec, assembler, machine);
  return assembler.body();
}

function section(module: Bytes, id: number, write: (bytes: Bytes) => void): void {
  const content = new Bytes();
  write(content);
  module.byte(id);
  module.sized(content.finish());
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export function* emitModule(
  specs: readonly KernelSpec[],
  machine: Machine,
  lookup: (opName: string) => Op,
): Work<Uint8Array> {
  const bodies: Uint8Array[] = [];
  for (const spec of specs) {
    bodies.push(functionBody(spec, machine, lookup));
    yield;
  }
  const signatures = [...new Set(specs.map((spec) => prefix + pointerCount(spec)))];
  const module = new Bytes();
  module.append(new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  section(module, 1, (types) => {
    types.unsigned(signatures.length);
    for (const parameters of signatures) {
      types.byte(0x60);
      types.sized(new Uint8Array(parameters).fill(0x7f));
      types.unsigned(0);
    }
  });
  section(module, 2, (imports) => {
    imports.unsigned(1);
    imports.sized(text("env"));
    imports.sized(text("memory"));
    imports.append(new Uint8Array([2, 3])); // a memory, shared, with a maximum
    imports.unsigned(1);
    imports.unsigned(65536);
  });
  section(module, 3, (functions) => {
    functions.unsigned(specs.length);
    for (const spec of specs) functions.unsigned(signatures.indexOf(prefix + pointerCount(spec)));
  });
  section(module, 7, (exports) => {
    exports.unsigned(specs.length);
    specs.forEach((_, index) => {
      exports.sized(text(String(index)));
      exports.byte(0);
      exports.unsigned(index);
    });
  });
  section(module, 10, (code) => {
    code.unsigned(specs.length);
    for (const body of bodies) code.sized(body);
  });
  return module.finish();
}

/**
 * Since V8 14, optimised code of anybody's module may go back to its baseline code, which is made beforehand: the process ends when
 * flags change that while any thread compiles or runs such a module (TypeScript's loader has one, HDF5 is one). Its tiering is left
 * alone, then; it also makes good code of kernels within a step or two.
 */
const leavesTiering = Number.parseInt(process.versions.v8, 10) >= 14;

/** Off: an engine before V8 14 compiles all of a module at once, in its best code. On: as it usually does. */
export function setTiering(on: boolean): void {
  if (leavesTiering) return;
  for (const flag of ["liftoff", "wasm-lazy-compilation", "wasm-dynamic-tiering"])
    setFlagsFromString(on ? `--${flag}` : `--no-${flag}`);
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Compiles on the engine's own threads, with the optimising compiler at once where that is safe. Else the first call of each kernel
 * would run in V8's baseline code to its end, five times slower, and the first training step with it. One module at a time: the
 * engine's cache may wait for ever when the same bytes come again while it compiles them.
 */
export function compileModule(bytes: Uint8Array): Promise<WebAssembly.Module> {
  const compiled = last.then(() => compileAlone(bytes));
  last = compiled.catch(() => {});
  return compiled;
}

/** The engine reads the flags at several points until it has finished, so they hold until then. */
async function compileAlone(bytes: Uint8Array): Promise<WebAssembly.Module> {
  setTiering(false);
  // Newer Nodes let a process end while all that is left to do is to compile.
  const alive = setInterval(() => {}, 2 ** 30);
  try {
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } finally {
    clearInterval(alive);
    setTiering(true);
  }
}
