// A piece of a tensor that no large weight has cut into pieces: what the piece next to a shard needs, and no more.

import { concatenate } from "../catalog/ops/concatenate.js";
import { type DotAttrs, dotOp, freeAxes } from "../catalog/ops/dot.js";
import { reshape } from "../catalog/ops/reshape.js";
import { sliceAxis } from "../catalog/ops/slice.js";
import { apply } from "../graph/call.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { RowRange } from "../graph/weight.js";
import { type Cut, mapCut, mergeAttrs } from "./cut.js";
import { scatterSlab } from "./rows.js";

/** The step as far as it is said in terms of shards. */
export interface Sharded {
  /** The tensor in one piece. */
  whole(tensor: Tensor): Tensor;
  /** Piece `index` of the tensor under `cut`, with the cut's axes merged. */
  piece(tensor: Tensor, cut: Cut, index: number): Tensor;
  /** Rows `range` of the merged axes `from` to `to`. */
  slab(tensor: Tensor, from: number, to: number, range: RowRange): Tensor;
  /** An input of an elementwise op, cut as the op's output of this rank is. */
  aligned(input: Tensor, rank: number, cut: Cut, index: number): Tensor;
}

/** A piece of something that isn't cut: computed in pieces as far back as that is no more work. */
export function makeSlab(tensor: Tensor, from: number, to: number, range: RowRange, sharded: Sharded): Tensor {
  const { op, inputs, attrs } = tensor.call;
  const shape = tensor.shape as readonly number[];
  const cut: Cut = { from, to, ranges: [range] };
  if (op?.kind === "elementwise")
    return apply(
      op,
      inputs.map((input) => sharded.aligned(input, tensor.rank, cut, 0)),
      attrs,
    );
  if (op?.name === "reshape") {
    const input = inputs[0] as Tensor;
    const mapped = mapCut(shape, input.shape as readonly number[], cut);
    if (mapped) {
      const piece = sharded.slab(input, mapped.from, mapped.to, mapped.ranges[0] as RowRange);
      return reshape(piece, [...shape.slice(0, from), range.count, ...shape.slice(to)]);
    }
  }
  if (op?.name === "concatenate" && (attrs as { axis: number }).axis === from && to - from === 1) {
    let begin = 0;
    const met = inputs.flatMap((input) => {
      const [first, last] = [
        Math.max(range.start, begin),
        Math.min(range.start + range.count, begin + (input.shape[from] as number)),
      ];
      const own = { start: first - begin, count: last - first };
      begin += input.shape[from] as number;
      return own.count > 0 ? [sharded.slab(input, from, to, own)] : [];
    });
    return concatenate(met, { axis: from });
  }
  if (op?.name === "scatterAdd" && from === 0 && to === 1) {
    const [indices, values] = inputs as [Tensor, Tensor];
    return scatterSlab(sharded.whole(indices), sharded.whole(values), shape[0] as number, range);
  }
  if (op?.name === "dot") {
    const { batchA, contractA } = attrs as DotAttrs;
    const [a, b] = inputs as [Tensor, Tensor];
    const free = freeAxes(a.rank, batchA, contractA);
    const axes = free.slice(from - batchA.length, to - batchA.length);
    const inLeft =
      from >= batchA.length &&
      to <= batchA.length + free.length &&
      axes.every((axis, i) => axis === (axes[0] as number) + i);
    if (inLeft) {
      const cutA: Cut = { from: axes[0] as number, to: (axes[0] as number) + axes.length, ranges: [range] };
      return apply(dotOp, [sharded.piece(a, cutA, 0), sharded.whole(b)], mergeAttrs(attrs as DotAttrs, cutA, null));
    }
  }
  const merged = reshape(sharded.whole(tensor), [
    ...shape.slice(0, from),
    sizeOf(shape.slice(from, to)),
    ...shape.slice(to),
  ]);
  return sliceAxis(merged, from, range.start, range.start + range.count);
}
