// Slices along the cut: the pieces that they meet, trimmed.

import { type SliceAttrs, sliceAxis } from "../../../catalog/ops/slice.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { Pieces, ShardRule } from "../sharded.js";

export const sliceRule: ShardRule = {
  forward(call, sharded) {
    const [input] = call.inputs as readonly [Tensor];
    const [output] = call.outputs as readonly [Tensor];
    const { from: axis, to, ranges, parts } = sharded.piecesOf(input) as Pieces;
    const { start, count, step } = call.attrs as SliceAttrs;
    const isAlong = output.shape.every((size, i) => i === axis || size === input.shape[i]);
    if (to - axis !== 1 || step.some((value) => value !== 1) || !isAlong) return null;
    const [low, high] = [start[axis] as number, (start[axis] as number) + (count[axis] as number)];
    const met = ranges.flatMap((range, i) => {
      const [first, last] = [Math.max(low, range.start), Math.min(high, range.start + range.count)];
      if (first >= last) return [];
      const part = sliceAxis(parts[i] as Tensor, axis, first - range.start, last - range.start);
      return [{ range: { start: first - low, count: last - first }, part }];
    });
    if (met.length === 1) return (met[0] as { part: Tensor }).part;
    return { from: axis, to, ranges: met.map(({ range }) => range), parts: met.map(({ part }) => part) };
  },
};
