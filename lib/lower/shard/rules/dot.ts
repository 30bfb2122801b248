// Products: cut where they contract, sums of partial products in shard order; cut elsewhere, pieces.

import { add } from "../../../catalog/ops/add.js";
import { type DotAttrs, dotOp, freeAxes } from "../../../catalog/ops/dot.js";
import { apply } from "../../../graph/call.js";
import type { Tensor } from "../../../graph/tensor.js";
import { type Cut, mergeAttrs } from "../cut.js";
import type { Pieces, Sharded, ShardRule } from "../sharded.js";

export const dotRule: ShardRule = {
  forward(call, sharded) {
    const [a, b] = call.inputs as [Tensor, Tensor];
    const attrs = call.attrs as DotAttrs;
    const left = sharded.piecesOf(a) !== undefined;
    const cut = sharded.piecesOf(left ? a : b) as Pieces;
    const own = Array.from({ length: cut.to - cut.from }, (_, i) => cut.from + i);
    const [contract, other] = left ? [attrs.contractA, attrs.contractB] : [attrs.contractB, attrs.contractA];
    const places = own.map((axis) => contract.indexOf(axis));
    if (areNeighbours(places) && places[0] !== -1) {
      const partner = places.map((place) => other[place] as number);
      return areNeighbours(partner) ? contracted([a, b], attrs, left, cut, partner, sharded) : null;
    }
    const free = freeAxes(left ? a.rank : b.rank, left ? attrs.batchA : attrs.batchB, contract);
    const at = free.indexOf(cut.from);
    if (at < 0 || !own.every((axis, i) => free[at + i] === axis)) return null;
    const merged = left ? mergeAttrs(attrs, cut, null) : mergeAttrs(attrs, null, cut);
    const before = attrs.batchA.length + (left ? 0 : freeAxes(a.rank, attrs.batchA, attrs.contractA).length);
    const parts = cut.ranges.map((_, i) => {
      const inputs = left ? [sharded.piece(a, cut, i), sharded.whole(b)] : [sharded.whole(a), sharded.piece(b, cut, i)];
      return apply(dotOp, inputs, merged);
    });
    return { from: before + at, to: before + at + own.length, ranges: cut.ranges, parts };
  },
  slab(tensor, cut, sharded) {
    const attrs = tensor.call.attrs as DotAttrs;
    const { batchA, contractA } = attrs;
    const [a, b] = tensor.call.inputs as [Tensor, Tensor];
    const free = freeAxes(a.rank, batchA, contractA);
    const axes = free.slice(cut.from - batchA.length, cut.to - batchA.length);
    const isInLeft = cut.from >= batchA.length && cut.to <= batchA.length + free.length && areNeighbours(axes);
    if (!isInLeft) return null;
    const cutA: Cut = { from: axes[0] as number, to: (axes[0] as number) + axes.length, ranges: cut.ranges };
    return apply(dotOp, [sharded.piece(a, cutA, 0), sharded.whole(b)], mergeAttrs(attrs, cutA, null));
  },
};

const areNeighbours = (axes: readonly number[]): boolean => axes.every((axis, i) => axis === (axes[0] as number) + i);

/** The whole product of factors that are both cut where it contracts; `partner` are the other factor's axes. */
function contracted(
  [a, b]: readonly [Tensor, Tensor],
  attrs: DotAttrs,
  left: boolean,
  cut: Cut,
  partner: readonly number[],
  sharded: Sharded,
): Tensor {
  const first = partner[0] as number;
  const otherCut: Cut = { from: first, to: first + partner.length, ranges: cut.ranges };
  const [cutA, cutB] = left ? [cut, otherCut] : [otherCut, cut];
  const merged = mergeAttrs(attrs, cutA, cutB);
  return cut.ranges
    .map((_, i) => apply(dotOp, [sharded.piece(a, cutA, i), sharded.piece(b, cutB, i)], merged))
    .reduce((total, part) => add(total, part));
}
