// Large weights are kept in shards of rows, perhaps in different segments. This pass says the step in terms of shards: products
// along the cut become sums of partial products, in shard order; everything as large as the weight stays in pieces; and what is
// only needed in pieces is computed in pieces, next to the shard that needs it.

import { add } from "../catalog/ops/add.js";
import { broadcastTo } from "../catalog/ops/broadcastTo.js";
import { concatenate } from "../catalog/ops/concatenate.js";
import { type DotAttrs, dotOp, freeAxes } from "../catalog/ops/dot.js";
import { sum } from "../catalog/ops/reduce.js";
import { reshape } from "../catalog/ops/reshape.js";
import { type SliceAttrs, sliceAxis } from "../catalog/ops/slice.js";
import { transpose } from "../catalog/ops/transpose.js";
import { apply } from "../graph/call.js";
import { callsOf } from "../graph/network.js";
import { within } from "../graph/part.js";
import { type Call, originalOf, record, type Tensor } from "../graph/tensor.js";
import type { Work } from "../graph/turns.js";
import type { RowRange, Weight } from "../graph/weight.js";
import { type Cut, mapCut, mergeAttrs, sameCut } from "./cut.js";
import { normalize } from "./normalize.js";
import { gatherPieces } from "./rows.js";
import { makeSlab, type Sharded } from "./slab.js";

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

/** A tensor in pieces; each piece has the cut's axes merged into one. */
interface Pieces extends Cut {
  readonly parts: readonly Tensor[];
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

  /** The tensor in one piece. */
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

  /** Piece `index` of the tensor under `cut`, with the cut's axes merged. */
  piece(tensor: Tensor, cut: Cut, index: number): Tensor {
    const pieces = this.#pieces.get(originalOf(tensor));
    if (pieces && sameCut(pieces, cut)) return pieces.parts[index] as Tensor;
    return this.slab(pieces ? this.whole(tensor) : tensor, cut.from, cut.to, cut.ranges[index] as RowRange);
  }

  #visit(call: Call): void {
    const output = call.outputs[0] as Tensor;
    if (call.source) {
      const shards = call.source.kind === "weight" ? this.#shardsOf(call.source.weight) : null;
      if (call.source.kind === "weight" && shards) {
        const { weight } = call.source;
        this.#pieces.set(output, {
          from: 0,
          to: 1,
          ranges: shards,
          parts: shards.map((rows) => this.leaf(weight, rows)),
        });
      } else this.#wholes.set(output, output);
      return;
    }
    const cutInputs = call.inputs.filter((input) => this.#pieces.has(originalOf(input)));
    const pieces = cutInputs.length > 0 ? this.#propagate(call, output) : null;
    if (pieces === "done") return;
    if (pieces) this.#pieces.set(output, pieces);
    else this.#redoWhole(call);
  }

  #redoWhole(call: Call): void {
    const made = record({ ...call, inputs: call.inputs.map((input) => this.whole(input)) }, call.outputs);
    call.outputs.forEach((output, i) => {
      this.#wholes.set(output, made[i] as Tensor);
    });
  }

  /** Pieces of the output, "done" when the output is whole again, null when this op needs whole inputs. */
  #propagate(call: Call, output: Tensor): Pieces | "done" | null {
    const name = call.op?.name;
    if (call.op?.kind === "elementwise") return this.#elementwise(call, output);
    if (name === "dot") return this.#dot(call, output);
    if (name === "reshape") return this.#reshape(call, output);
    if (name === "reduceSum") return this.#reduceSum(call, output);
    if (name === "slice") return this.#slice(call, output);
    if (name === "gather") return this.#gather(call, output);
    if (name === "transpose") {
      const pieces = this.#pieces.get(originalOf(call.inputs[0] as Tensor)) as Pieces;
      const { axes } = call.attrs as { axes: readonly number[] };
      if (pieces.to - pieces.from !== 1) return null;
      const at = axes.indexOf(pieces.from);
      return { from: at, to: at + 1, ranges: pieces.ranges, parts: pieces.parts.map((part) => transpose(part, axes)) };
    }
    return null;
  }

  #elementwise(call: Call, output: Tensor): Pieces {
    const first = call.inputs.find((input) => this.#pieces.has(originalOf(input))) as Tensor;
    const own = this.#pieces.get(originalOf(first)) as Pieces;
    const shift = output.rank - first.rank;
    const cut: Cut = { from: own.from + shift, to: own.to + shift, ranges: own.ranges };
    return {
      ...cut,
      parts: cut.ranges.map((_, i) =>
        apply(
          call.op as NonNullable<Call["op"]>,
          call.inputs.map((input) => this.aligned(input, output.rank, cut, i)),
          call.attrs,
        ),
      ),
    };
  }

  /** An input of an elementwise op, cut as the output is; dimensions that broadcast stay. */
  aligned(input: Tensor, rank: number, cut: Cut, index: number): Tensor {
    const shift = rank - input.rank;
    const [from, to] = [cut.from - shift, cut.to - shift];
    if (to <= 0) return this.whole(input);
    const sizes = input.shape.slice(Math.max(0, from), to) as number[];
    if (sizes.every((size) => size === 1)) {
      const shape = input.shape as readonly number[];
      return from < 0
        ? this.whole(input)
        : reshape(this.whole(input), [...shape.slice(0, from), 1, ...shape.slice(to)]);
    }
    if (from < 0 || sizes.includes(1)) {
      const wide = broadcastTo(this.whole(input), [
        ...new Array(Math.max(0, -from)).fill(1),
        ...(input.shape as number[]),
      ]);
      return this.slab(wide, Math.max(0, from), to + Math.max(0, -from), cut.ranges[index] as RowRange);
    }
    return this.piece(input, { ...cut, from, to }, index);
  }

  #dot(call: Call, output: Tensor): Pieces | "done" | null {
    const [a, b] = call.inputs as [Tensor, Tensor];
    const attrs = call.attrs as DotAttrs;
    const left = this.#pieces.has(originalOf(a));
    const cut = this.#pieces.get(originalOf(left ? a : b)) as Pieces;
    const [contract, other, batch] = left
      ? [attrs.contractA, attrs.contractB, attrs.batchA]
      : [attrs.contractB, attrs.contractA, attrs.batchB];
    const own = Array.from({ length: cut.to - cut.from }, (_, i) => cut.from + i);
    const places = own.map((axis) => contract.indexOf(axis));
    if (places.every((place, i) => place >= 0 && place === (places[0] as number) + i)) {
      const partner = places.map((place) => other[place] as number);
      if (!partner.every((axis, i) => axis === (partner[0] as number) + i)) return null;
      const otherCut: Cut = { from: partner[0] as number, to: (partner.at(-1) as number) + 1, ranges: cut.ranges };
      const [cutA, cutB] = left ? [cut, otherCut] : [otherCut, cut];
      const merged = mergeAttrs(attrs, cutA, cutB);
      const parts = cut.ranges.map((_, i) => apply(dotOp, [this.piece(a, cutA, i), this.piece(b, cutB, i)], merged));
      this.#wholes.set(
        output,
        parts.reduce((total, part) => add(total, part)),
      );
      return "done";
    }
    const free = freeAxes(left ? a.rank : b.rank, batch, contract);
    const at = free.indexOf(cut.from);
    if (at < 0 || !own.every((axis, i) => free[at + i] === axis)) return null;
    const merged = left ? mergeAttrs(attrs, cut, null) : mergeAttrs(attrs, null, cut);
    const before = left
      ? attrs.batchA.length
      : attrs.batchA.length + freeAxes(a.rank, attrs.batchA, attrs.contractA).length;
    const parts = cut.ranges.map((_, i) =>
      apply(dotOp, left ? [this.piece(a, cut, i), this.whole(b)] : [this.whole(a), this.piece(b, cut, i)], merged),
    );
    return { from: before + at, to: before + at + own.length, ranges: cut.ranges, parts };
  }

  #reshape(call: Call, output: Tensor): Pieces | null {
    const input = call.inputs[0] as Tensor;
    const pieces = this.#pieces.get(originalOf(input)) as Pieces;
    const mapped = mapCut(input.shape as readonly number[], output.shape as readonly number[], pieces);
    if (!mapped) return null;
    const shape = output.shape as readonly number[];
    return {
      ...mapped,
      parts: pieces.parts.map((part, i) =>
        reshape(part, [
          ...shape.slice(0, mapped.from),
          (mapped.ranges[i] as RowRange).count,
          ...shape.slice(mapped.to),
        ]),
      ),
    };
  }

  #reduceSum(call: Call, output: Tensor): Pieces | "done" | null {
    const pieces = this.#pieces.get(originalOf(call.inputs[0] as Tensor)) as Pieces;
    const { axes, keepdims } = call.attrs as { axes: readonly number[]; keepdims: boolean };
    if (keepdims) return null;
    const width = pieces.to - pieces.from;
    const inside = axes.filter((axis) => axis >= pieces.from && axis < pieces.to).length;
    const moved = axes.flatMap((axis) => (axis < pieces.from ? [axis] : axis >= pieces.to ? [axis - width + 1] : []));
    if (inside === width) {
      const parts = pieces.parts.map((part) => sum(part, { axis: [...moved, pieces.from].sort((x, y) => x - y) }));
      this.#wholes.set(
        output,
        parts.reduce((total, part) => add(total, part)),
      );
      return "done";
    }
    if (inside > 0) return null;
    const shift = axes.filter((axis) => axis < pieces.from).length;
    return {
      from: pieces.from - shift,
      to: pieces.to - shift,
      ranges: pieces.ranges,
      parts: pieces.parts.map((part) => sum(part, { axis: moved })),
    };
  }

  #gather(call: Call, output: Tensor): "done" | null {
    const [table, indices] = call.inputs as [Tensor, Tensor];
    const pieces = this.#pieces.get(originalOf(table));
    if (pieces?.from !== 0 || pieces.to !== 1) return null;
    this.#wholes.set(output, gatherPieces(pieces.parts, pieces.ranges, this.whole(indices)));
    return "done";
  }

  /** A slice along the cut: the pieces that it meets, trimmed. */
  #slice(call: Call, output: Tensor): Pieces | "done" | null {
    const pieces = this.#pieces.get(originalOf(call.inputs[0] as Tensor)) as Pieces;
    const { start, count, step } = call.attrs as SliceAttrs;
    const axis = pieces.from;
    if (
      pieces.to - axis !== 1 ||
      step.some((value) => value !== 1) ||
      output.shape.some((size, i) => i !== axis && size !== call.inputs[0]?.shape[i])
    )
      return null;
    const [low, high] = [start[axis] as number, (start[axis] as number) + (count[axis] as number)];
    const met = pieces.ranges.flatMap((range, i) => {
      const [first, last] = [Math.max(low, range.start), Math.min(high, range.start + range.count)];
      return first < last
        ? [
            {
              range: { start: first - low, count: last - first },
              part: sliceAxis(pieces.parts[i] as Tensor, axis, first - range.start, last - range.start),
            },
          ]
        : [];
    });
    if (met.length === 1) {
      this.#wholes.set(output, (met[0] as { part: Tensor }).part);
      return "done";
    }
    return { from: axis, to: axis + 1, ranges: met.map(({ range }) => range), parts: met.map(({ part }) => part) };
  }

  /** A piece of something that isn't cut; made once. */
  slab(tensor: Tensor, from: number, to: number, range: RowRange): Tensor {
    const key = `${originalOf(tensor).call.id}.${tensor.index}:${from}:${to}:${range.start}:${range.count}`;
    const known = this.#slabs.get(key);
    if (known) return known;
    const made = makeSlab(originalOf(tensor), from, to, range, this);
    this.#slabs.set(key, made);
    return made;
  }
}
