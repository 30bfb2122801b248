// Sums: over the cut, sums of the pieces' sums in shard order; over other axes, pieces.

import { add } from "../../../catalog/ops/add.js";
import { type ReduceAttrs, sum } from "../../../catalog/ops/reduce.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { Pieces, ShardRule } from "../sharded.js";

export const reduceSumRule: ShardRule = {
  forward(call, sharded) {
    const { from, to, ranges, parts } = sharded.piecesOf(call.inputs[0] as Tensor) as Pieces;
    const { axes, keepdims } = call.attrs as ReduceAttrs;
    if (keepdims) return null;
    const width = to - from;
    const inside = axes.filter((axis) => axis >= from && axis < to).length;
    // Axes of a piece, where the cut's are one.
    const moved = axes.flatMap((axis) => (axis < from ? [axis] : axis >= to ? [axis - width + 1] : []));
    if (inside === width) {
      const axis = [...moved, from].sort((a, b) => a - b);
      return parts.map((part) => sum(part, { axis })).reduce((total, part) => add(total, part));
    }
    if (inside > 0) return null;
    const shift = axes.filter((axis) => axis < from).length;
    return { from: from - shift, to: to - shift, ranges, parts: parts.map((part) => sum(part, { axis: moved })) };
  },
};
