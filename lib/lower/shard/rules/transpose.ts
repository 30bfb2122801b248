// Transposes of single cut axes: pieces in, pieces out.

import { transpose } from "../../../catalog/ops/transpose.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { Pieces, ShardRule } from "../sharded.js";

export const transposeRule: ShardRule = {
  forward(call, sharded) {
    const { from, to, ranges, parts } = sharded.piecesOf(call.inputs[0] as Tensor) as Pieces;
    const { axes } = call.attrs as { axes: readonly number[] };
    if (to - from !== 1) return null;
    const at = axes.indexOf(from);
    return { from: at, to: at + 1, ranges, parts: parts.map((part) => transpose(part, axes)) };
  },
};
