// In which segment every kernel runs. Shards of large weights can't move: kernels on them, and large values around them, go
// where they are; small values are staged.

import type { Part } from "../graph/part.js";
import type { Item, KernelItem, Operand, Value } from "../lower/lowered.js";
import { accessesOf, stageShape } from "./accesses.js";
import type { KernelSpec } from "./program.js";

/** A kernel with its operands in one segment. */
export interface PlacedCall {
  readonly kind: "call";
  readonly spec: KernelSpec;
  readonly operands: readonly Operand[];
  readonly segment: number;
  readonly label: string;
  readonly part?: Part | undefined;
}

/** A run of elements from one segment to another. */
export interface PlacedCopy {
  readonly kind: "copy";
  readonly operands: readonly [from: Operand, to: Operand];
  readonly elements: number;
  readonly label: string;
  readonly part?: Part | undefined;
}

export type Placed = PlacedCall | PlacedCopy;

export interface PlacedLoop {
  readonly kind: "loop";
  readonly count: number;
  readonly items: readonly (Placed | PlacedLoop)[];
  readonly label: string;
}

/** Values from this size on draw the kernels around them into their segment. */
const heavyElements = 65536;
/** Larger values are staged in part. */
const wholeElements = 16 * 2 ** 20;

type SegmentOf = (value: Value) => number;

/** Gives every kernel its segment and stages what lies elsewhere; fills `segmentOf` for the program's own values. */
export function placeItems(
  items: readonly Item[],
  external: SegmentOf,
  segmentOf: Map<Value, number>,
): (Placed | PlacedLoop)[] {
  const targets = chooseTargets(items, external);
  const segment = (value: Value): number =>
    value.home.kind === "arena" ? (segmentOf.get(value) ?? 0) : external(value);
  const walk = (list: readonly Item[]): (Placed | PlacedLoop)[] => {
    const staging = new Staging(segment, segmentOf);
    const placed: (Placed | PlacedLoop)[] = [];
    for (const item of list) {
      if (item.kind === "loop") {
        placed.push({ kind: "loop", count: item.count, items: walk(item.items), label: item.label });
        // What the loop wrote may have been staged before it.
        staging.forget();
      } else staging.place(item, targets.get(item) ?? 0, placed);
    }
    return placed;
  };
  return walk(items);
}

/** Segment of each kernel. */
function chooseTargets(items: readonly Item[], external: SegmentOf): Map<KernelItem, number> {
  const kernels = flatten(items);
  const targets = new Map<KernelItem, number>();
  const largest = (operands: readonly Operand[]): Value | null =>
    operands.reduce<Value | null>((best, { value }) => (!best || value.elements > best.elements ? value : best), null);
  for (const kernel of kernels) {
    const fixed = largest(
      [...kernel.inputs, ...kernel.outputs].filter(({ value }) => value.home.kind !== "arena" && external(value) !== 0),
    );
    if (fixed) targets.set(kernel, external(fixed));
  }
  if (targets.size === 0) return targets;
  const users = new Map<Value, KernelItem[]>();
  for (const kernel of kernels) {
    for (const { value } of kernel.inputs) users.set(value, [...(users.get(value) ?? []), kernel]);
  }
  // Each sweep can settle what the other needs to know.
  for (let sweep = 0; sweep < 2; sweep++) {
    // Forwards: what a heavy value is made into stays with it.
    const madeIn = new Map<Value, number>();
    for (const kernel of kernels) {
      const heaviest = Math.max(0, ...kernel.inputs.map(({ value }) => value.elements));
      const from =
        heaviest < heavyElements
          ? 0
          : kernel.inputs.map(({ value }) => (value.elements === heaviest ? madeIn.get(value) : 0)).find(Boolean);
      if (!targets.has(kernel) && from) targets.set(kernel, from);
      for (const { value } of kernel.outputs)
        if (value.home.kind === "arena") madeIn.set(value, targets.get(kernel) ?? 0);
    }
    // Backwards: what only kernels of one segment use is made there.
    for (const kernel of [...kernels].reverse()) {
      if (targets.has(kernel) || !kernel.outputs.every(({ value }) => value.home.kind === "arena")) continue;
      const heavy = largest(kernel.outputs);
      const wanted = new Set(
        kernel.outputs.flatMap(({ value }) => (users.get(value) ?? []).map((user) => targets.get(user) ?? 0)),
      );
      const [only] = wanted;
      if (heavy && heavy.elements >= heavyElements && wanted.size === 1 && only) targets.set(kernel, only);
    }
  }
  return targets;
}

const flatten = (items: readonly Item[]): KernelItem[] =>
  items.flatMap((item) => (item.kind === "loop" ? flatten(item.items) : [item]));

/** Copies between segments in one list of items. */
class Staging {
  readonly #segment: SegmentOf;
  readonly #segmentOf: Map<Value, number>;
  /** What has been staged already, until its source changes. */
  readonly #staged: Map<string, Operand> = new Map();

  constructor(segment: SegmentOf, segmentOf: Map<Value, number>) {
    this.#segment = segment;
    this.#segmentOf = segmentOf;
  }

  place(item: KernelItem, target: number, placed: (Placed | PlacedLoop)[]): void {
    const accesses = accessesOf(item.spec);
    const after: Placed[] = [];
    const inputs = item.inputs.map((operand, i) =>
      this.#segment(operand.value) === target
        ? operand
        : this.#stage(operand, accesses[i] as Touched, target, placed, item),
    );
    const outputs = item.outputs.map((operand, i) => {
      const { value } = operand;
      if (value.home.kind === "arena" && !this.#segmentOf.has(value)) this.#segmentOf.set(value, target);
      for (const key of [...this.#staged.keys()]) if (key.startsWith(`${value.id}:`)) this.#staged.delete(key);
      if (this.#segment(value) === target) return operand;
      const { access, space } = accesses[item.inputs.length + i] as Touched;
      const shape = stageShape(access, space);
      const own: Operand = { value: this.#temporary(value, shape.elements, target), offset: 0, steps: [] };
      const outside: Operand = { ...operand, offset: operand.offset + shape.low };
      // Rows with gaps between them: what lies in the gaps must survive the way back.
      if (shape.gaps) placed.push(copyOf(outside, own, shape.elements, item));
      after.push(copyOf(own, outside, shape.elements, item));
      return { ...own, offset: -shape.low };
    });
    placed.push(
      {
        kind: "call",
        spec: item.spec,
        operands: [...inputs, ...outputs],
        segment: target,
        label: item.label,
        part: item.part,
      },
      ...after,
    );
  }

  /** Stages everything anew from here on. */
  forget(): void {
    this.#staged.clear();
  }

  #stage(
    operand: Operand,
    { access, space }: Touched,
    target: number,
    placed: (Placed | PlacedLoop)[],
    item: KernelItem,
  ): Operand {
    const { value } = operand;
    if (value.elements <= wholeElements) {
      const key = `${value.id}:${target}`;
      let whole = this.#staged.get(key);
      if (!whole) {
        whole = { value: this.#temporary(value, value.elements, target), offset: 0, steps: [] };
        placed.push(copyOf({ value, offset: 0, steps: [] }, whole, value.elements, item));
        this.#staged.set(key, whole);
      }
      return { value: whole.value, offset: operand.offset, steps: operand.steps };
    }
    const key = `${value.id}:${target}:${operand.offset}:${operand.steps.join()}:${access.strides.join()}:${space.join()}`;
    const known = this.#staged.get(key);
    if (known) return known;
    const shape = stageShape(access, space);
    const temporary = this.#temporary(value, shape.elements, target);
    placed.push(
      copyOf(
        { ...operand, offset: operand.offset + shape.low },
        { value: temporary, offset: 0, steps: [] },
        shape.elements,
        item,
      ),
    );
    const own: Operand = { value: temporary, offset: -shape.low, steps: [] };
    this.#staged.set(key, own);
    return own;
  }

  #temporary(of: Value, elements: number, segment: number): Value {
    const value: Value = { id: -1, name: `staged ${of.name}`, elements, dtype: of.dtype, home: { kind: "arena" } };
    this.#segmentOf.set(value, segment);
    return value;
  }
}

type Touched = ReturnType<typeof accessesOf>[number];

const copyOf = (from: Operand, to: Operand, elements: number, { label, part }: KernelItem): PlacedCopy => ({
  kind: "copy",
  operands: [from, to],
  elements,
  label: `stage ${label}`,
  part,
});
