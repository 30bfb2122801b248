// What a kernel family says about itself: how its work divides and how its code is written.

import type { KernelSpec } from "../../plan/program.js";
import type { Assembler } from "./assembler.js";

/** The machine that code is emitted for. Kernels take every size from here, none from WebAssembly. */
export interface Machine {
  /** Elements in a vector. */
  readonly lanes: number;
  /** Vector registers that an inner loop may use. */
  readonly registers: number;
  /** Whether `fma` is one instruction. */
  readonly fma: boolean;
  /** Register tile of the matmul: rows, and columns in vectors. */
  readonly tile: { readonly rows: number; readonly vectors: number };
}

/**
 * A family of kernels. The function that `emit` writes has the parameters (start, end, scratch, pointer…), all
 * int32: it does units [start, end) of the work, may use `scratchBytes` of its own at `scratch`, and touches the outputs of
 * its units only. What a unit computes must not depend on where ranges are cut, so that results have
 * the same bits for any number of workers.
 */
export interface KernelFamily<S extends KernelSpec = KernelSpec> {
  readonly family: S["family"];
  units(spec: S, machine: Machine): number;
  scratchBytes(spec: S, machine: Machine): number;
  emit(spec: S, assembler: Assembler, machine: Machine): void;
}
