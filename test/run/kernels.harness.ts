// For the kernel tests: tiny ops with a meaning in numbers, a naive float64 evaluation of every spec, and a run of the emitted code
// on a memory of its own, whole and in pieces.

import type { DType } from "../../lib/graph/dtype.js";
import type { Lane, Lanes } from "../../lib/graph/lanes.js";
import type { Op } from "../../lib/graph/op.js";
import { atOnce } from "../../lib/graph/turns.js";
import type { Access, ElementwiseSpec, Expr, KernelSpec, MatmulSpec, ReduceSpec } from "../../lib/plan/program.js";
import { detectMachine } from "../../lib/run/wasm/machine.js";
import { emitModule, scratchBytes, setTiering, units } from "../../lib/run/wasm/module.js";

interface TestOp {
  emit(k: Lanes, args: readonly Lane[]): Lane;
  number(...args: number[]): number;
}

const at = (args: readonly Lane[], index: number): Lane => args[index] as Lane;

export const ops: Record<string, TestOp> = {
  add: { emit: (k, a) => k.add(at(a, 0), at(a, 1)), number: (x, y) => x! + y! },
  sub: { emit: (k, a) => k.sub(at(a, 0), at(a, 1)), number: (x, y) => x! - y! },
  mul: { emit: (k, a) => k.mul(at(a, 0), at(a, 1)), number: (x, y) => x! * y! },
  fma: { emit: (k, a) => k.fma(at(a, 0), at(a, 1), at(a, 2)), number: (x, y, z) => x! * y! + z! },
  relu: { emit: (k, a) => k.max(at(a, 0), k.constant(0)), number: (x) => Math.max(x!, 0) },
  negative: { emit: (k, a) => k.lt(at(a, 0), k.constant(0, at(a, 0).dtype)), number: (x) => (x! < 0 ? 1 : 0) },
  select: { emit: (k, a) => k.select(at(a, 0), at(a, 1), at(a, 2)), number: (c, x, y) => (c ? x! : y!) },
  float: { emit: (k, a) => k.convert(at(a, 0), "float32"), number: (x) => x! },
  square: { emit: (k, a) => k.mul(at(a, 0), at(a, 0)), number: (x) => x! * x! },
};

export const lookup = (name: string): Op => {
  const op = ops[name];
  if (!op) throw new Error(`no test op ${name}`);
  return { ...op, name, kind: "elementwise" } as unknown as Op;
};

/** Nodes by name, arguments and dtype; the last one is the result unless said. */
export function expr(nodes: readonly [string, number[], DType?][], inputs: number, results?: number[]): Expr {
  return {
    nodes: nodes.map(([op, args, dtype]) => ({ op, args, attrs: null, dtype: dtype ?? "float32" })),
    results: results ?? [inputs + nodes.length - 1],
  };
}

/** The first value as it is. */
export const identity: Expr = { nodes: [], results: [0] };

export function strided(strides: number[], offset = 0, dtype: DType = "float32"): Access {
  return { dtype, strides, offset };
}

/** Row-major over `sizes`; sizes of 0 stand for dimensions that repeat the values. */
export function dense(sizes: readonly number[], dtype: DType = "float32"): Access {
  const strides: number[] = [];
  let next = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    strides[d] = sizes[d] === 0 ? 0 : next;
    next *= sizes[d] || 1;
  }
  return strided(strides, 0, dtype);
}

export type Data = Float32Array | Int32Array;

const evaluateNumbers = ({ nodes, results }: Expr, inputs: readonly number[]): number[] => {
  const values = [...inputs];
  for (const { op, args } of nodes) values.push((ops[op] as TestOp).number(...args.map((i) => values[i]!)));
  return results.map((i) => values[i]!);
};

const place = ({ strides, offset }: Access, index: readonly number[]): number =>
  index.reduce((sum, i, d) => sum + i * (strides[d] ?? 0), offset);

function* indices(sizes: readonly number[]): Generator<number[]> {
  const total = sizes.reduce((a, b) => a * b, 1);
  for (let flat = 0; flat < total; flat++) {
    const index: number[] = [];
    let rest = flat;
    for (let d = sizes.length - 1; d >= 0; d--) {
      index[d] = rest % sizes[d]!;
      rest = Math.floor(rest / sizes[d]!);
    }
    yield index;
  }
}

const accesses = (spec: ElementwiseSpec | ReduceSpec | MatmulSpec): Access[] => {
  if (spec.family === "elementwise") return [...spec.inputs, ...spec.outputs];
  if (spec.family === "reduce") return [...spec.inputs, ...spec.epilogueInputs, ...spec.outputs];
  return [spec.a, spec.b, ...spec.epilogueInputs, ...spec.outputs];
};

/** What must be in the outputs, in float64. `data`: one array per pointer, not changed. */
export function naive(spec: ElementwiseSpec | ReduceSpec | MatmulSpec, data: readonly Data[]): Float64Array[] {
  const all = accesses(spec);
  const arrays: (Data | undefined)[] = [];
  let next = 0;
  for (const access of all) arrays.push(access.virtual ? undefined : data[next++]);
  const read = (i: number, index: readonly number[]): number => {
    const position = place(all[i]!, index);
    const array = arrays[i];
    return array ? array[position]! : position;
  };
  const outputs = arrays.slice(-spec.outputs.length).map((array) => Float64Array.from(array!));
  const write = (index: readonly number[], values: readonly number[]): void => {
    spec.outputs.forEach((access, o) => {
      outputs[o]![place(access, index)] = values[o]!;
    });
  };
  if (spec.family === "elementwise") {
    for (const index of indices(spec.space)) {
      write(
        index,
        evaluateNumbers(
          spec.expr,
          spec.inputs.map((_, i) => read(i, index)),
        ),
      );
    }
    return outputs;
  }
  const first = spec.family === "reduce" ? spec.inputs.length : 2;
  const space = spec.family === "reduce" ? spec.space : [...spec.batch, ...spec.m, ...spec.n];
  const product = spec.family === "matmul" ? products(spec, data[0]!, data[1]!) : undefined;
  for (const index of indices(space)) {
    const combined = spec.family === "reduce" ? reduceAt(spec, index, read) : product!(index);
    write(
      index,
      evaluateNumbers(spec.epilogue, [combined, ...spec.epilogueInputs.map((_, e) => read(first + e, index))]),
    );
  }
  return outputs;
}

function reduceAt(
  spec: ReduceSpec,
  index: readonly number[],
  read: (i: number, index: readonly number[]) => number,
): number {
  const values = [...indices(spec.reduced)].map(
    (inside) =>
      evaluateNumbers(
        spec.expr,
        spec.inputs.map((_, i) => read(i, [...index, ...inside])),
      )[0]!,
  );
  switch (spec.combine) {
    case "sum":
      return values.reduce((a, b) => a + b, 0);
    case "prod":
      return values.reduce((a, b) => a * b, 1);
    case "max":
      return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    case "min":
      return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    default: {
      const nan = values.findIndex(Number.isNaN);
      return nan >= 0 ? nan : values.indexOf(spec.combine === "argmax" ? Math.max(...values) : Math.min(...values));
    }
  }
}

/** The product's elements; where the steps of the depth lie is found out once. */
function products(spec: MatmulSpec, a: Data, b: Data): (index: readonly number[]) => number {
  const [batches, rows] = [spec.batch.length, spec.m.length];
  const none = (dimensions: readonly number[]): number[] => dimensions.map(() => 0);
  const steps = [...indices(spec.k)].map((k) => [
    place({ ...spec.a, offset: 0 }, [...none(spec.batch), ...none(spec.m), ...k]),
    place({ ...spec.b, offset: 0 }, [...none(spec.batch), ...k]),
  ]);
  return (index) => {
    const batch = index.slice(0, batches);
    const atA = place(spec.a, [...batch, ...index.slice(batches, batches + rows)]);
    const atB = place(spec.b, [...batch, ...none(spec.k), ...index.slice(batches + rows)]);
    let sum = 0;
    for (const [offsetA, offsetB] of steps) sum += a[atA + offsetA!]! * b[atB + offsetB!]!;
    return sum;
  };
}

const guard = 1234.5;

type Kernel = (...args: number[]) => void;
const memory = new WebAssembly.Memory({ initial: 256, maximum: 65536, shared: true });
const kernels = new WeakMap<KernelSpec, Kernel>();

/** With the compiler that programs get. */
function compileAtOnce(bytes: Uint8Array): WebAssembly.Module {
  setTiering(false);
  try {
    return new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  } finally {
    setTiering(true);
  }
}

function kernelOf(spec: KernelSpec): Kernel {
  const known = kernels.get(spec);
  if (known) return known;
  const module = compileAtOnce(atOnce(emitModule([spec], detectMachine(), lookup)));
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports["0"] as Kernel;
  kernels.set(spec, kernel);
  return kernel;
}

/**
 * Runs a kernel on copies of the arrays (the same array twice is the same memory twice) and gives all of them back. The units are
 * done in ranges that end at `cuts`. Throws if anything near the arrays changed.
 */
export function execute(spec: KernelSpec, data: readonly Data[], cuts: readonly number[] = []): Data[] {
  const machine = detectMachine();
  const kernel = kernelOf(spec);
  const margin = 4096;
  const places = new Map<Data, number>();
  let next = margin;
  for (const array of data) {
    if (places.has(array)) continue;
    places.set(array, next);
    next = Math.ceil((next + array.byteLength) / 64) * 64 + 64;
  }
  const scratch = next;
  const end = (scratch + scratchBytes(spec, machine)) / 4;
  const heap = new Float32Array(memory.buffer, 0, end + margin / 4);
  heap.fill(guard);
  const view = (array: Data): Data =>
    new (array.constructor as Float32ArrayConstructor)(memory.buffer, places.get(array)!, array.length);
  for (const array of places.keys()) view(array).set(array);
  const total = units(spec, machine);
  let from = 0;
  for (const to of [...cuts.filter((cut) => cut <= total), total]) {
    kernel(from, to, scratch, ...data.map((array) => places.get(array)!));
    from = to;
  }
  const results = data.map((array) => view(array).slice());
  for (const array of places.keys()) new Float32Array(memory.buffer, places.get(array)!, array.length).fill(guard);
  heap.fill(guard, scratch / 4, end);
  const changed = heap.findIndex((value) => value !== guard);
  if (changed >= 0) throw new Error(`wrote outside, at ${changed * 4}: ${JSON.stringify(spec)}`);
  return results;
}

/** Numbers in [-1, 1), the same on every run. */
export function random(length: number, seed = 1): Float32Array {
  let state = seed * 2654435761;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function randomInts(length: number, limit: number, seed = 1): Int32Array {
  return Int32Array.from(random(length, seed), (value) => Math.floor(((value + 1) / 2) * limit));
}

/** Runs and compares with the naive evaluation, then cuts the units everywhere (or at some places) and compares bits. */
export function check(spec: ElementwiseSpec | ReduceSpec | MatmulSpec, data: readonly Data[], tolerance = 1e-5): void {
  const expected = naive(spec, data);
  const results = execute(spec, data);
  const outputs = results.slice(-spec.outputs.length);
  outputs.forEach((own, o) => {
    const wanted = expected[o]!;
    for (let i = 0; i < own.length; i++) {
      const [got, want] = [own[i]!, wanted[i]!];
      const near = Number.isNaN(want)
        ? Number.isNaN(got)
        : got === want || Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want));
      if (!near) throw new Error(`output ${o} at ${i}: ${got}, expected ${want}\n${JSON.stringify(spec)}`);
    }
  });
  const total = units(spec, detectMachine());
  const places =
    total <= 12 ? Array.from({ length: total + 1 }, (_, i) => i) : [1, 2, Math.floor(total / 3), total - 1];
  for (const cut of places) sameBits(execute(spec, data, [cut]), results, spec, cut);
  if (total > 2 && total < 200)
    sameBits(
      execute(
        spec,
        data,
        Array.from({ length: total }, (_, i) => i),
      ),
      results,
      spec,
      -1,
    );
}

function sameBits(a: readonly Data[], b: readonly Data[], spec: KernelSpec, cut: number): void {
  a.forEach((own, i) => {
    const other = b[i]!;
    for (let at = 0; at < own.length; at++) {
      if (!Object.is(own[at], other[at]))
        throw new Error(`cut at ${cut} changes array ${i} at ${at}\n${JSON.stringify(spec)}`);
    }
  });
}
