// Finds out what this engine's WebAssembly can do; gives the Machine that kernels are written for. Call it on the main thread
// before the first kernel is compiled.

import { setFlagsFromString } from "node:v8";
import type { Machine } from "./family.js";

// (module (func (result v128) (f32x4.relaxed_madd (i32x4.splat (i32.const 0)) …three times…)))
const probe = (opcode: readonly number[]): Uint8Array => {
  const zero = [0x41, 0, 0xfd, 0x11];
  const body = [0, ...zero, ...zero, ...zero, 0xfd, ...opcode, 0x0b];
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0];
  return new Uint8Array([...header, 10, body.length + 2, 1, body.length, ...body]);
};

const relaxedMultiplyAdd = probe([0x85, 0x02]);
const bitselect = probe([0x52]);

// A tile that the engine's register allocator spills loses a third of its speed: V8 keeps 6 rows in registers from Node 24 on.
const tiles = { older: { rows: 4, vectors: 2 }, newer: { rows: 6, vectors: 2 } } as const;

let detected: Machine | undefined;

/** WEFT_TILE=rowsxvectors, for the kernel laboratory, chooses the matmul's tile. */
export function detectMachine(): Machine {
  if (detected) return detected;
  const major = Number(process.versions.node.split(".")[0]);
  // Later versions have relaxed SIMD without a flag, and do not know the flag.
  if (major < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");
  if (!WebAssembly.validate(bitselect))
    throw new Error("this engine has no WebAssembly SIMD, which Weft computes with");
  const [rows, vectors] = (process.env["WEFT_TILE"] ?? "").split("x").map(Number);
  const tile = rows && vectors ? { rows, vectors } : major < 24 ? tiles.older : tiles.newer;
  detected = { lanes: 4, registers: 15, fma: WebAssembly.validate(relaxedMultiplyAdd), tile };
  return detected;
}
