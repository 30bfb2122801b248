// Tiny hand-written kernels and programs to try the pool with, so that its tests need neither emitter nor planner.

import type { Buffer, CallStep, GatherSpec, Pointer, Program, Step } from "../../lib/plan/program.js";
import type { Block, Heap } from "../../lib/run/wasm/heap.js";
import type { ExternalAddress, LoadedProgram, Pool } from "../../lib/run/wasm/pool.js";

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, items: readonly (readonly number[])[]): number[] => [id, ...sized(list(items))];
const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);

export type KernelName = "add" | "affine" | "viaScratch" | "trap" | "forever" | "nothing";

// All kernels have the parameters start, end, scratch, from, to.
const get = (local: number): number[] => [0x20, local];
const elementAt = (local: number): number[] => [...get(local), ...get(0), 0x41, 2, 0x74, 0x6a];
const load = [0x2a, 2, 0];
const store = [0x38, 2, 0];
const float = (value: number): number[] => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)];
/** For every unit: do the body, then advance `start`. */
const forEachUnit = (body: readonly number[]): number[] => [
  ...[0x02, 0x40, 0x03, 0x40, ...get(0), ...get(1), 0x4e, 0x0d, 1],
  ...body,
  ...[...get(0), 0x41, 1, 0x6a, 0x21, 0, 0x0c, 0, 0x0b, 0x0b],
];

const bodies: Record<KernelName, readonly number[]> = {
  /** to[i] += from[i] */
  add: forEachUnit([...elementAt(4), ...elementAt(4), ...load, ...elementAt(3), ...load, 0x92, ...store]),
  /** to[i] = from[i] * 2 + 1 */
  affine: forEachUnit([...elementAt(4), ...elementAt(3), ...load, ...float(2), 0x94, ...float(1), 0x92, ...store]),
  /** scratch[0] = from[i]; to[i] = scratch[0] */
  viaScratch: forEachUnit([
    ...get(2),
    ...elementAt(3),
    ...load,
    ...store,
    ...elementAt(4),
    ...get(2),
    ...load,
    ...store,
  ]),
  trap: [0x00],
  forever: [0x03, 0x40, 0x0c, 0, 0x0b],
  nothing: [],
};

const names = Object.keys(bodies) as KernelName[];

export const module: WebAssembly.Module = new WebAssembly.Module(
  new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, ...sized(new Array<number>(5).fill(0x7f)), 0]]),
    ...section(2, [[...text("env"), ...text("memory"), 2, 3, 1, ...unsigned(65536)]]),
    ...section(
      3,
      names.map(() => [0]),
    ),
    ...section(
      7,
      names.map((name, index) => [...text(name), 0, index]),
    ),
    ...section(
      10,
      names.map((name) => sized([0, ...bodies[name], 0x0b])),
    ),
  ]),
);

export const pointer = (buffer: number, byteOffset = 0, strides?: readonly number[]): Pointer =>
  strides === undefined ? { buffer, byteOffset } : { buffer, byteOffset, strides };

export function call(name: KernelName, from: Pointer, to: Pointer, more: Partial<CallStep> = {}): CallStep {
  return {
    kind: "call",
    kernel: names.indexOf(name),
    pointers: [from, to],
    segment: 0,
    workers: "all",
    label: name,
    ...more,
  };
}

export const barrier: Step = { kind: "barrier" };

/** External buffers by their program segments, then arena buffers of segment 0. */
export function program(
  steps: readonly Step[],
  externalSegments: readonly number[],
  arenas: readonly number[] = [],
): Program {
  const kernel: GatherSpec = { family: "gather", rows: 1, count: 1, width: 1 };
  let arenaBytes = 0;
  const buffers: Buffer[] = externalSegments.map((segment, index) => ({
    ...{ home: "external", segment, byteOffset: 0, bytes: 0, name: `external ${index}` },
  }));
  for (const bytes of arenas) {
    buffers.push({ home: "arena", segment: 0, byteOffset: arenaBytes, bytes, name: "arena" });
    arenaBytes += bytes;
  }
  return { name: "test", kernels: names.map(() => kernel), buffers, arenaBytes: [arenaBytes], steps };
}

/** Loads a program all of whose kernels have `units` units. */
export function loadTest(pool: Pool, from: Program, units: number, scratchBytes = 0): LoadedProgram {
  return pool.load(
    from,
    { modules: [module], kernels: names.map((name) => ({ module: 0, name })) },
    names.map(() => units),
    scratchBytes,
  );
}

export function floats(heap: Heap, values: readonly number[], segment?: number): Block {
  const block = heap.allocate(values.length * 4, segment === undefined ? {} : { segment });
  heap.float32(block).set(values);
  return block;
}

export const moving = (block: Block, strideBytes: number): ExternalAddress => ({ ...block, strideBytes });
