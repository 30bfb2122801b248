// Lowered items → Program: which segment everything is in, what is copied between segments, where temporaries lie, who works
// and where the workers meet.

import type { Item, KernelItem, LoopItem, Operand, Value } from "../lower/lowered.js";
import { sizeOf } from "../graph/shape.js";
import { costOf } from "./cost.js";
import { keyOf } from "./key.js";
import { type Interval, layOut } from "./memory.js";
import type { Access, Buffer, KernelSpec, Pointer, Program, Step } from "./program.js";
import { withBarriers } from "./barriers.js";

export interface BuildOptions {
  readonly name: string;
  /** Segment of a value that outlives the program. */
  segmentOf(value: Value): number;
  readonly segments: number;
}

export interface Built {
  readonly program: Program;
  /** The values behind external buffers, by buffer number. */
  readonly externals: ReadonlyMap<number, Value>;
  /** Estimated nanoseconds of a run on one core. */
  readonly nanoseconds: number;
}

/** Kernels shorter than this are done by one worker: meeting costs about as much. */
const smallestSharedNanoseconds = 4000;
/** Programs shorter than this are done by one worker altogether. */
const smallestSharedProgramNanoseconds = 60_000;

/** A kernel or copy, with its operands in one segment. */
export interface Placed {
  readonly kind: "call" | "copy";
  readonly spec: KernelSpec | null;
  readonly operands: readonly Operand[];
  /** How many of the operands are only read. */
  readonly reads: number;
  readonly segment: number;
  readonly label: string;
  readonly copy?: { readonly rows: number; readonly rowElements: number; readonly fromStride: number; readonly toStride: number };
}

export interface PlacedLoop {
  readonly kind: "loop";
  readonly count: number;
  readonly items: readonly (Placed | PlacedLoop)[];
  readonly label: string;
}

export function build(items: readonly Item[], options: BuildOptions): Built {
  const segmentOf = new Map<Value, number>();
  const segment = (value: Value): number => {
    const known = segmentOf.get(value);
    if (known !== undefined) return known;
    const own = value.home.kind === "arena" ? 0 : options.segmentOf(value);
    segmentOf.set(value, own);
    return own;
  };
  const placed = placeItems(items, segment, segmentOf);
  // Lifetimes, counted in top-level items: what a loop touches lives as long as the loop.
  const intervals = new Map<Value, { first: number; last: number }>();
  placed.forEach((item, index) => {
    for (const operand of operandsOf(item)) {
      const known = intervals.get(operand.value);
      if (known) known.last = index;
      else intervals.set(operand.value, { first: index, last: index });
    }
  });
  const buffers: Buffer[] = [];
  const externals = new Map<number, Value>();
  const numberOf = new Map<Value, number>();
  const arenaBytes: number[] = new Array(options.segments).fill(0);
  for (let s = 0; s < options.segments; s++) {
    const values = [...intervals.keys()].filter((value) => value.home.kind === "arena" && segment(value) === s);
    const layout = layOut(values.map((value): Interval => ({ bytes: value.elements * 4, ...(intervals.get(value) as { first: number; last: number }) })));
    arenaBytes[s] = layout.totalBytes;
    values.forEach((value, i) => {
      numberOf.set(value, buffers.push({ home: "arena", segment: s, byteOffset: layout.offsets[i] as number, bytes: value.elements * 4, name: value.name }) - 1);
    });
  }
  for (const value of intervals.keys()) {
    if (value.home.kind === "arena") continue;
    const index = buffers.push({ home: "external", segment: segment(value), byteOffset: 0, bytes: value.elements * 4, name: value.name }) - 1;
    numberOf.set(value, index);
    externals.set(index, value);
  }
  const kernels: KernelSpec[] = [];
  const kernelKeys = new Map<string, number>();
  const nanoseconds = totalNanoseconds(placed);
  const alone = nanoseconds < smallestSharedProgramNanoseconds;
  const pointer = (operand: Operand): Pointer => ({
    buffer: numberOf.get(operand.value) as number,
    byteOffset: operand.offset * 4,
    ...(operand.steps.some((step) => step !== 0) ? { strides: operand.steps.map((step) => step * 4) } : {}),
  });
  const toSteps = (list: readonly (Placed | PlacedLoop)[]): Step[] =>
    list.map((item): Step => {
      if (item.kind === "loop") return { kind: "repeat", count: item.count, steps: toSteps(item.items), label: item.label };
      if (item.copy) {
        const [from, to] = item.operands as [Operand, Operand];
        const { rows, rowElements, fromStride, toStride } = item.copy;
        return { kind: "copy", from: pointer(from), to: pointer(to), rows, rowBytes: rowElements * 4, fromStrideBytes: fromStride * 4, toStrideBytes: toStride * 4, label: item.label };
      }
      const spec = item.spec as KernelSpec;
      const key = keyOf(spec);
      let kernel = kernelKeys.get(key);
      if (kernel === undefined) {
        kernel = kernels.push(spec) - 1;
        kernelKeys.set(key, kernel);
      }
      const small = alone || costOf(spec).nanoseconds < smallestSharedNanoseconds;
      return { kind: "call", kernel, pointers: item.operands.map(pointer), segment: item.segment, workers: small ? "one" : "all", label: item.label };
    });
  const steps = withBarriers(toSteps(placed), buffers, kernels);
  return { program: { name: options.name, kernels, buffers, arenaBytes, steps }, externals, nanoseconds };
}

const operandsOf = (item: Placed | PlacedLoop): readonly Operand[] => (item.kind === "loop" ? item.items.flatMap(operandsOf) : item.operands);

function totalNanoseconds(items: readonly (Placed | PlacedLoop)[]): number {
  return items.reduce((sum, item) => sum + (item.kind === "loop" ? item.count * totalNanoseconds(item.items) : item.spec ? costOf(item.spec).nanoseconds : 0), 0);
}

/** Runs every kernel where its largest operand that can't move is, and stages the others there. */
function placeItems(items: readonly Item[], segment: (value: Value) => number, segmentOf: Map<Value, number>): (Placed | PlacedLoop)[] {
  const made = new Set<Value>();
  const walk = (list: readonly Item[]): (Placed | PlacedLoop)[] => {
    // What has been staged already, until its source changes.
    const staged = new Map<string, Operand>();
    const placed: (Placed | PlacedLoop)[] = [];
    for (const item of list) {
      if (item.kind === "loop") placed.push(walkLoop(item));
      else placeKernel(item, staged, placed);
    }
    return placed;
  };
  const walkLoop = (loop: LoopItem): PlacedLoop => ({ kind: "loop", count: loop.count, items: walk(loop.items), label: loop.label });
  const placeKernel = (item: KernelItem, staged: Map<string, Operand>, placed: (Placed | PlacedLoop)[]): void => {
    const all = [...item.inputs, ...item.outputs];
    const home = all
      .filter(({ value }) => value.home.kind !== "arena" || made.has(value))
      .reduce<Value | null>((largest, { value }) => (segment(value) !== 0 && (!largest || value.elements > largest.elements) ? value : largest), null);
    const target = home ? segment(home) : 0;
    const after: Placed[] = [];
    const accesses = accessesOf(item.spec);
    const stage = (operand: Operand, index: number): Operand => {
      const { access, space } = accesses[index] as { access: Access; space: readonly number[] };
      const key = `${operand.value.id}:${operand.offset}:${operand.steps.join()}:${access.strides.join()}:${space.join()}:${target}`;
      const known = staged.get(key);
      if (known) return known;
      const shape = stageShape(access, space);
      const value: Value = { id: -1, name: `staged ${operand.value.name}`, elements: shape.elements, dtype: operand.value.dtype, home: { kind: "arena" } };
      segmentOf.set(value, target);
      made.add(value);
      const to: Operand = { value, offset: -shape.low, steps: [] };
      placed.push(copyOf({ ...operand, offset: operand.offset + shape.low }, { value, offset: 0, steps: [] }, shape.elements, item.label));
      staged.set(key, to);
      return to;
    };
    const inputs = item.inputs.map((operand, i) => (segment(operand.value) === target ? operand : stage(operand, i)));
    const outputs = item.outputs.map((operand, i) => {
      for (const key of [...staged.keys()]) if (key.startsWith(`${operand.value.id}:`)) staged.delete(key);
      if (operand.value.home.kind === "arena" && !made.has(operand.value)) {
        made.add(operand.value);
        segmentOf.set(operand.value, target);
      }
      if (segment(operand.value) === target) return operand;
      const { access, space } = accesses[item.inputs.length + i] as { access: Access; space: readonly number[] };
      const shape = stageShape(access, space);
      const value: Value = { id: -1, name: `staged ${operand.value.name}`, elements: shape.elements, dtype: operand.value.dtype, home: { kind: "arena" } };
      segmentOf.set(value, target);
      made.add(value);
      const own: Operand = { value, offset: 0, steps: [] };
      const outside: Operand = { ...operand, offset: operand.offset + shape.low };
      // Rows with gaps between them: what lies in the gaps must survive the way back.
      if (shape.gaps) placed.push(copyOf(outside, own, shape.elements, item.label));
      after.push(copyOf(own, outside, shape.elements, item.label));
      return { ...own, offset: -shape.low };
    });
    placed.push({ kind: "call", spec: item.spec, operands: [...inputs, ...outputs], reads: inputs.length, segment: target, label: item.label }, ...after);
  };
  return walk(items);
}

const copyOf = (from: Operand, to: Operand, elements: number, label: string): Placed => ({
  kind: "copy",
  spec: null,
  operands: [from, to],
  reads: 1,
  segment: 0,
  label: `stage ${label}`,
  copy: { rows: 1, rowElements: elements, fromStride: 0, toStride: 0 },
});

/** The run of memory an access touches. */
export function stageShape(access: Access, space: readonly number[]): { low: number; elements: number; gaps: boolean } {
  let low = access.offset;
  let high = access.offset;
  access.strides.forEach((stride, axis) => {
    const reach = stride * ((space[axis] as number) - 1);
    if (reach < 0) low += reach;
    else high += reach;
  });
  const touched = sizeOf(space.filter((_, axis) => access.strides[axis] !== 0));
  return { low, elements: high - low + 1, gaps: touched < high - low + 1 };
}

/** Accesses in the order of pointers, each with the space it runs over. */
export function accessesOf(spec: KernelSpec): { access: Access; space: readonly number[] }[] {
  const dense = (elements: number, dtype: Access["dtype"]): { access: Access; space: readonly number[] } => ({ access: { dtype, strides: [1], offset: 0 }, space: [elements] });
  const over = (space: readonly number[]) => (access: Access) => ({ access, space });
  const real = ({ access }: { access: Access }): boolean => !access.virtual;
  switch (spec.family) {
    case "elementwise":
      return [...spec.inputs, ...spec.outputs].map(over(spec.space)).filter(real);
    case "reduce":
      return [...spec.inputs.map(over([...spec.space, ...spec.reduced])), ...[...spec.epilogueInputs, ...spec.outputs].map(over(spec.space))].filter(real);
    case "matmul":
      return [
        { access: spec.a, space: [...spec.batch, ...spec.m, ...spec.k] },
        { access: spec.b, space: [...spec.batch, ...spec.k, ...spec.n] },
        ...[...spec.epilogueInputs, ...spec.outputs].map(over([...spec.batch, ...spec.m, ...spec.n])),
      ].filter(real);
    case "gather":
      return [dense(spec.rows * spec.width, "float32"), dense(spec.count, "int32"), dense(spec.count * spec.width, "float32")];
    case "scatterAdd":
      return [dense(spec.count, "int32"), dense(spec.count * spec.width, "float32"), dense(spec.rows * spec.width, "float32")];
  }
}
