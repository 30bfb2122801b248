// Concatenations along the cut: of each input what the piece meets.

import { concatenate } from "../../../catalog/ops/concatenate.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { RowRange } from "../../../graph/weight.js";
import type { ShardRule } from "../sharded.js";

export const concatenateRule: ShardRule = {
  slab(tensor: Tensor, { from, to, ranges }, sharded) {
    const { axis } = tensor.call.attrs as { axis: number };
    if (axis !== from || to - from !== 1) return null;
    const { start, count } = ranges[0] as RowRange;
    let begin = 0;
    const met = tensor.call.inputs.flatMap((input) => {
      const end = begin + (input.shape[from] as number);
      const [first, last] = [Math.max(start, begin), Math.min(start + count, end)];
      const own = { start: first - begin, count: last - first };
      begin = end;
      return own.count > 0 ? [sharded.slab(input, from, to, own)] : [];
    });
    return concatenate(met, { axis: from });
  },
};
