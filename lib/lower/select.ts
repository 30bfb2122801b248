// Groups become kernels: every operand gets its value, offset and strides. Loops are lowered with their bodies.

import { callsOf } from "../graph/network.js";
import type { Layout } from "../graph/op.js";
import type { Part } from "../graph/part.js";
import { sizeOf, stridesOf } from "../graph/shape.js";
import { type Call, originalOf, type Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";
import { type Group, group } from "./group.js";
import { emitGroup } from "./kernels.js";
import { lowerLoop } from "./loop.js";
import type { Item, Operand, Value } from "./lowered.js";
import { baseOf, layoutOf } from "./normalize.js";
import { type PlaceAttrs, place } from "./place.js";
import { schedule } from "./schedule.js";

/** Where a tensor's memory is. */
export interface Place extends Layout {
  readonly value: Value;
  /** Elements per iteration of each enclosing loop. */
  readonly steps: readonly number[];
}

/** A value wanted in memory at a certain place; `overwrites` is the leaf whose old numbers lie there. */
export interface Root {
  readonly tensor: Tensor;
  readonly place: Place;
  readonly overwrites?: Tensor | undefined;
}

let values = 0;
export const makeValue = (
  name: string,
  elements: number,
  dtype: Value["dtype"],
  home: Value["home"] = { kind: "arena" },
): Value => ({ id: values++, name, elements, dtype, home });

/** What is known while one list of kernels (the program's or a loop's) is made. */
export class Scope {
  /** Memory of tensors that aren't views. */
  readonly places: Map<Tensor, Place> = new Map();
  readonly leafLayouts: Map<Tensor, Layout> = new Map();
  readonly depth: number;
  private readonly sources: (tensor: Tensor) => Place | null;

  constructor(depth: number, sources: (tensor: Tensor) => Place | null) {
    this.depth = depth;
    this.sources = sources;
  }

  /** The same knowledge, to be added to without consequences. */
  fork(): Scope {
    const twin = new Scope(this.depth, this.sources);
    for (const [tensor, at] of this.places) twin.places.set(tensor, at);
    for (const [tensor, layout] of this.leafLayouts) twin.leafLayouts.set(tensor, layout);
    return twin;
  }

  /** Binds a leaf to memory. */
  bind(tensor: Tensor, at: Place): void {
    this.places.set(tensor, at);
    const dense = stridesOf(tensor.shape as readonly number[]);
    if (dense.some((stride, axis) => stride !== at.strides[axis] && tensor.shape[axis] !== 1)) {
      this.leafLayouts.set(tensor, { offset: 0, strides: at.strides });
    }
  }

  /** Where the numbers of `tensor` are (through views), making room if it is new. */
  locate(tensor: Tensor): Place {
    const base = baseOf(tensor);
    const found = this.places.get(base) ?? this.sources(base) ?? this.makeRoom(base);
    this.places.set(base, found);
    if (base === originalOf(tensor) && base.call.op?.kind !== "view") return found;
    const layout = layoutOf(tensor, this.leafLayouts);
    return { value: found.value, offset: found.offset + layout.offset, strides: layout.strides, steps: found.steps };
  }

  private makeRoom(base: Tensor): Place {
    const shape = base.shape as readonly number[];
    return { value: makeValue(base.name, sizeOf(shape), base.dtype), offset: 0, strides: stridesOf(shape), steps: [] };
  }

  operand(at: Place): Operand {
    return { value: at.value, offset: at.offset, steps: at.steps };
  }
}

/** Kernels in order that put every root into its place. */
export function* select(outer: Scope, roots: readonly Root[]): Work<Item[]> {
  const indirect = new Set<Root>();
  // A value that can't be written over its old one while others still read that goes through a copy. Found by trying.
  for (let attempt = 0; attempt <= roots.length; attempt++) {
    const scope = outer.fork();
    const items = yield* trySelect(scope, roots, indirect);
    if (Array.isArray(items)) {
      // Others may look for what was made here (the last carries of a loop).
      for (const [tensor, at] of scope.places) outer.places.set(tensor, at);
      return items;
    }
    indirect.add(items);
  }
  throw new Error("select: no order of kernels found");
}

function* trySelect(scope: Scope, roots: readonly Root[], indirect: ReadonlySet<Root>): Work<Item[] | Root> {
  const placed: Tensor[] = [];
  const overwriters = new Map<Call, Root>();
  const alone = new Set<Call>();
  for (const root of roots) {
    let value = root.tensor;
    // What is put together of pieces is put together where it is wanted.
    const base = originalOf(value);
    if (base.call.op?.name === "assemble" && !root.overwrites && !scope.places.has(base)) {
      scope.places.set(base, root.place);
      placed.push(base);
      continue;
    }
    if (indirect.has(root)) value = place(value, null);
    const own = place(value, null);
    if (indirect.has(root)) alone.add(own.call);
    scope.places.set(own, root.place);
    if (root.overwrites) overwriters.set(own.call, root);
    placed.push(own);
    yield;
  }
  const ownPlaces = new Set(placed);
  const leaves = new Set([...scope.places.keys()].filter((tensor) => !ownPlaces.has(tensor)));
  const assembled = bindPieces(scope, placed, leaves);
  const grouping = yield* group(placed, new Set([...leaves].filter((leaf) => !assembled.has(leaf))), alone);
  const order = yield* schedule(grouping, overwriters, indirect);
  if (!Array.isArray(order)) return order;
  for (const own of order) {
    for (const call of own.calls) {
      const root = overwriters.get(call);
      if (root && !indirect.has(root) && readsElsewhere(own, root.overwrites as Tensor)) return root;
    }
    yield;
  }
  const items: Item[] = [];
  for (const own of order) {
    if (own.anchor?.op?.kind === "control") items.push(...(yield* lowerLoop(scope, own.anchor)));
    else {
      const part = partOf(own);
      items.push(...emitGroup(scope, own, grouping).map((item) => (part ? { ...item, part } : item)));
    }
    yield;
  }
  return items;
}

/** Gives the pieces of assembled tensors their place in the whole. */
function bindPieces(scope: Scope, roots: readonly Tensor[], leaves: ReadonlySet<Tensor>): Set<Tensor> {
  const pieces = new Set<Tensor>();
  for (const call of callsOf(roots, leaves)) {
    if (call.op?.name !== "assemble") continue;
    const whole = scope.locate(call.outputs[0] as Tensor);
    for (const piece of call.inputs) {
      const layout = (piece.call.attrs as PlaceAttrs).layout as Layout;
      scope.places.set(originalOf(piece), { ...whole, offset: whole.offset + layout.offset, strides: layout.strides });
      pieces.add(originalOf(piece));
    }
    pieces.add(call.outputs[0] as Tensor);
  }
  return pieces;
}

/** Whether a group reads `leaf` in another way than element by element at the place it writes. */
function readsElsewhere(own: Group, leaf: Tensor): boolean {
  const key = originalOf(leaf);
  return [...own.calls, ...own.prologue].some((call) =>
    call.inputs.some((input) => {
      if (baseOf(input) !== key) return false;
      const direct = originalOf(input) === key && call !== own.anchor && !own.prologue.includes(call);
      return !direct || sizeOf(own.space) !== sizeOf(key.shape as readonly number[]);
    }),
  );
}

/** Whose work a group is: its anchor's, or that of most of its calls. */
function partOf({ anchor, calls }: Group): Part | undefined {
  if (anchor?.part) return anchor.part;
  const counts = new Map<string, { part: Part; count: number }>();
  for (const { part } of calls) {
    if (!part) continue;
    const key = `${part.pass} ${part.place}`;
    counts.set(key, { part, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.part;
}
