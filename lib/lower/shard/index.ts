// Large weights are kept in shards of rows, perhaps in different segments. This pass says the step in terms of shards: products
// along the cut become sums of partial products, in shard order; everything as large as the weight stays in pieces; and what is
// only needed in pieces is computed in pieces, next to the shard that needs it.

import { concatenate } from "../../catalog/ops/concatenate.js";
import { reshape } from "../../catalog/ops/reshape.js";
import { sliceAxis } from "../../catalog/ops/slice.js";
import { callsOf } from "../../graph/network.js";
import { within } from "../../graph/part.js";
import { sizeOf } from "../../graph/shape.js";
import { type Call, originalOf, record, Tensor } from "../../graph/tensor.js";
import type { Work } from "../../graph/turns.js";
import type { RowRange, Weight } from "../../graph/weight.js";
import { normalize } from "../normalize.js";
import { type Cut, sameCut } from "./cut.js";
import { ruleOf } from "./rules/index.js";
import type { Pieces, Sharded } from "./sharded.js";

/** A wanted tensor with its destination; `old` is the leaf whose numbers the destination holds now. */
export interface ShardedWanted<Into> {
  readonly tensor: Tensor;
  readonly into: Into;
  readonly old?: Tensor | undefined;
}

interface Destination {
  readonly kind: "output" | "weight";
  readonly weight?: Weight;
  readonly rows?: RowRange | null;
}

type ShardsOf = (weight: Weight) => readonly RowRange[] | null;

/** Says what is wanted so that no kernel needs a whole large weight; changes nothing where no weight is large. */
export function* shard<Into extends Destination>(
  wanted: readonly { readonly tensor: Tensor; readonly into: Into }[],
  shardsOf: ShardsOf,
): Work<ShardedWanted<Into & { rows?: RowRange | null }>[]> {
  // Rows that are given already (a large weight is made piece by piece) are written as they are.
  const overwritten = ({ weight, rows }: Destination): Weight | null => (weight && rows === undefined ? weight : null);
  const tensors = wanted.map(({ tensor }) => tensor);
  const isLarge = (weight: Weight | null): boolean => weight !== null && shardsOf(weight) !== null;
  const large =
    wanted.some(({ into }) => isLarge(overwritten(into))) ||
    callsOf(tensors).some(({ source }) => source?.kind === "weight" && isLarge(source.weight));
  if (!large) return wanted.map(({ tensor, into }) => ({ tensor, into, old: overwritten(into)?.tensor }));
  const normal = yield* normalize(tensors, new Map(), false);
  const pass = new Sharding(shardsOf);
  yield* pass.walk(normal);
  const sharded: ShardedWanted<Into & { rows?: RowRange | null }>[] = [];
  for (const [i, tensor] of normal.entries()) {
    const { into } = wanted[i] as { into: Into };
    const weight = overwritten(into);
    const ranges = weight && shardsOf(weight);
    if (!weight || !ranges) sharded.push({ tensor: pass.whole(tensor), into, old: weight?.tensor });
    else {
      const cut: Cut = { from: 0, to: 1, ranges };
      for (const [index, rows] of ranges.entries())
        sharded.push({ tensor: pass.piece(tensor, cut, index), into: { ...into, rows }, old: pass.leaf(weight, rows) });
    }
    yield;
  }
  return sharded;
}

class Sharding implements Sharded {
  readonly #shardsOf: ShardsOf;
  readonly #pieces = new Map<Tensor, Pieces>();
  readonly #wholes = new Map<Tensor, Tensor>();
  readonly #slabs = new Map<string, Tensor>();
  readonly #leaves = new Map<string, Tensor>();

  constructor(shardsOf: ShardsOf) {
    this.#shardsOf = shardsOf;
  }

  /** Says everything that `tensors` need in terms of shards. */
  *walk(tensors: readonly Tensor[]): Work<void> {
    for (const call of callsOf(tensors)) {
      within(call.part, () => this.#visit(call));
      yield;
    }
  }

  leaf(weight: Weight, rows: RowRange): Tensor {
    const key = `${weight.tensor.call.id}:${rows.start}`;
    let leaf = this.#leaves.get(key);
    if (!leaf) {
      const shape = [rows.count, ...weight.shape.slice(1)];
      leaf = record({ source: { kind: "weight", weight, rows }, inputs: [], attrs: null }, [
        { shape, dtype: weight.dtype },
      ])[0] as Tensor;
      this.#leaves.set(key, leaf);
    }
    return leaf;
  }

  piecesOf(tensor: Tensor): Pieces | undefined {
    return this.#pieces.get(originalOf(tensor));
  }

  whole(tensor: Tensor): Tensor {
    const key = originalOf(tensor);
    let whole = this.#wholes.get(key);
    if (!whole) {
      const pieces = this.#pieces.get(key) as Pieces;
      whole = reshape(concatenate(pieces.parts, { axis: pieces.from }), key.shape as readonly number[]);
      this.#wholes.set(key, whole);
    }
    return whole;
  }

  piece(tensor: Tensor, cut: Cut, index: number): Tensor {
    const pieces = this.piecesOf(tensor);
    if (pieces && sameCut(pieces, cut)) return pieces.parts[index] as Tensor;
    return this.slab(pieces ? this.whole(tensor) : tensor, cut.from, cut.to, cut.ranges[index] as RowRange);
  }

  /** A piece of something that isn't cut: computed in pieces as far back as that is no more work. */
  slab(tensor: Tensor, from: number, to: number, range: RowRange): Tensor {
    const original = originalOf(tensor);
    const { call } = original;
    const key = `${call.id}.${original.index}:${from}:${to}:${range.start}:${range.count}`;
    let slab = this.#slabs.get(key);
    if (!slab) {
      const rule = call.op && ruleOf(call.op);
      slab = rule?.slab?.(original, { from, to, ranges: [range] }, this) ?? this.#sliced(original, from, to, range);
      this.#slabs.set(key, slab);
    }
    return slab;
  }

  #sliced(tensor: Tensor, from: number, to: number, { start, count }: RowRange): Tensor {
    const shape = tensor.shape as readonly number[];
    const merged = [...shape.slice(0, from), sizeOf(shape.slice(from, to)), ...shape.slice(to)];
    return sliceAxis(reshape(this.whole(tensor), merged), from, start, start + count);
  }

  #visit(call: Call): void {
    const [output] = call.outputs as readonly [Tensor];
    if (call.source) {
      const pieces = call.source.kind === "weight" ? this.#shardsIn(call.source.weight) : null;
      if (pieces) this.#pieces.set(output, pieces);
      else this.#wholes.set(output, output);
      return;
    }
    const rule = call.op && ruleOf(call.op);
    const isCut = call.inputs.some((input) => this.piecesOf(input));
    const made = isCut ? rule?.forward?.(call, this) : null;
    if (made instanceof Tensor) this.#wholes.set(output, made);
    else if (made) this.#pieces.set(output, made);
    else this.#redoWhole(call);
  }

  /** A large weight as the leaves that its shards are. */
  #shardsIn(weight: Weight): Pieces | null {
    const ranges = this.#shardsOf(weight);
    return ranges && { from: 0, to: 1, ranges, parts: ranges.map((rows) => this.leaf(weight, rows)) };
  }

  #redoWhole(call: Call): void {
    const made = record({ ...call, inputs: call.inputs.map((input) => this.whole(input)) }, call.outputs);
    call.outputs.forEach((output, i) => {
      this.#wholes.set(output, made[i] as Tensor);
    });
  }
}
