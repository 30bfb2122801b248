// Rows of a large table by index: of each piece what lies in it, the last one that an index reaches. Indices outside are clamped.

import { gather } from "../../../catalog/ops/gather.js";
import { greaterEqual } from "../../../catalog/ops/greaterEqual.js";
import { subtract } from "../../../catalog/ops/subtract.js";
import { where } from "../../../catalog/ops/where.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { RowRange } from "../../../graph/weight.js";
import type { ShardRule } from "../sharded.js";
import { alongRows } from "./alongRows.js";

export const gatherRule: ShardRule = {
  forward(call, sharded) {
    const [table, indexTensor] = call.inputs as readonly [Tensor, Tensor];
    const pieces = sharded.piecesOf(table);
    if (pieces?.from !== 0 || pieces.to !== 1) return null;
    const indices = sharded.whole(indexTensor);
    const [first, ...others] = pieces.parts as readonly [Tensor, ...Tensor[]];
    return others.reduce(
      (found, piece, i) => {
        const { start } = pieces.ranges[i + 1] as RowRange;
        const isReached = alongRows(greaterEqual(indices, start), found.rank);
        return where(isReached, gather(piece, subtract(indices, start)), found);
      },
      gather(first, indices),
    );
  },
};
