// What is added into the rows of a large table: for each piece, what goes elsewhere counts as zeros.

import { clip } from "../../../catalog/ops/clip.js";
import { scatterAdd } from "../../../catalog/ops/gather.js";
import { greaterEqual } from "../../../catalog/ops/greaterEqual.js";
import { less } from "../../../catalog/ops/less.js";
import { logicalAnd } from "../../../catalog/ops/logicalAnd.js";
import { subtract } from "../../../catalog/ops/subtract.js";
import { where } from "../../../catalog/ops/where.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { RowRange } from "../../../graph/weight.js";
import type { ShardRule } from "../sharded.js";
import { alongRows } from "./alongRows.js";

export const scatterAddRule: ShardRule = {
  slab(tensor, { from, to, ranges }, sharded) {
    if (from !== 0 || to !== 1) return null;
    const { start, count } = ranges[0] as RowRange;
    const [indices, values] = tensor.call.inputs.map((input) => sharded.whole(input)) as [Tensor, Tensor];
    const clamped = clip(indices, 0, (tensor.shape[0] as number) - 1);
    const isHere = logicalAnd(greaterEqual(clamped, start), less(clamped, start + count));
    return scatterAdd(subtract(clamped, start), where(alongRows(isHere, values.rank), values, 0), count);
  },
};
