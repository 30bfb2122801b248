// Lowered items → Program: which segment everything is in, what is copied between segments, where temporaries lie, who works
// and where the workers meet.

import type { Work } from "../graph/turns.js";
import type { Item, Operand, Value } from "../lower/lowered.js";
import { withBarriers } from "./barriers.js";
import { costOf } from "./cost.js";
import { keyOf } from "./key.js";
import { type Interval, layOut } from "./memory.js";
import type { Buffer, KernelSpec, Pointer, Program, Step } from "./program.js";
import { type Placed, type PlacedLoop, placeItems } from "./segments.js";

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

export function* build(items: readonly Item[], options: BuildOptions): Work<Built> {
  const segmentOf = new Map<Value, number>();
  const segment = (value: Value): number => {
    return value.home.kind === "arena" ? (segmentOf.get(value) ?? 0) : options.segmentOf(value);
  };
  const placed = placeItems(items, options.segmentOf, segmentOf);
  yield;
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
    const layout = layOut(
      values.map(
        (value): Interval => ({
          bytes: value.elements * 4,
          ...(intervals.get(value) as { first: number; last: number }),
        }),
      ),
    );
    yield;
    arenaBytes[s] = layout.totalBytes;
    values.forEach((value, i) => {
      numberOf.set(
        value,
        buffers.push({
          home: "arena",
          segment: s,
          byteOffset: layout.offsets[i] as number,
          bytes: value.elements * 4,
          name: value.name,
        }) - 1,
      );
    });
  }
  for (const value of intervals.keys()) {
    if (value.home.kind === "arena") continue;
    const index =
      buffers.push({
        home: "external",
        segment: segment(value),
        byteOffset: 0,
        bytes: value.elements * 4,
        name: value.name,
      }) - 1;
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
  const toStep = function* (item: Placed | PlacedLoop): Work<Step> {
    if (item.kind === "loop")
      return { kind: "repeat", count: item.count, steps: yield* toSteps(item.items), label: item.label };
    if (item.kind === "copy") {
      const [from, to] = item.operands;
      const rowBytes = item.elements * 4;
      return {
        kind: "copy",
        from: pointer(from),
        to: pointer(to),
        rows: 1,
        rowBytes,
        fromStrideBytes: 0,
        toStrideBytes: 0,
        label: item.label,
        part: item.part,
      };
    }
    const { spec } = item;
    const key = keyOf(spec);
    let kernel = kernelKeys.get(key);
    if (kernel === undefined) {
      kernel = kernels.push(spec) - 1;
      kernelKeys.set(key, kernel);
    }
    const small = alone || costOf(spec).nanoseconds < smallestSharedNanoseconds;
    return {
      kind: "call",
      kernel,
      pointers: item.operands.map(pointer),
      segment: item.segment,
      workers: small ? "one" : "all",
      label: item.label,
      part: item.part,
    };
  };
  const toSteps = function* (list: readonly (Placed | PlacedLoop)[]): Work<Step[]> {
    const steps: Step[] = [];
    for (const item of list) {
      steps.push(yield* toStep(item));
      yield;
    }
    return steps;
  };
  const made = yield* toSteps(placed);
  const steps = withBarriers(made, buffers, kernels);
  return { program: { name: options.name, kernels, buffers, arenaBytes, steps }, externals, nanoseconds };
}

const operandsOf = (item: Placed | PlacedLoop): readonly Operand[] =>
  item.kind === "loop" ? item.items.flatMap(operandsOf) : item.operands;

function totalNanoseconds(items: readonly (Placed | PlacedLoop)[]): number {
  return items.reduce(
    (sum, item) =>
      sum +
      (item.kind === "loop"
        ? item.count * totalNanoseconds(item.items)
        : item.kind === "call"
          ? costOf(item.spec).nanoseconds
          : 0),
    0,
  );
}
