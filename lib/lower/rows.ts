// Rows of a large table by index, and what is added into them, one shard after the other.

import { clip } from "../catalog/ops/clip.js";
import { gather, scatterAdd } from "../catalog/ops/gather.js";
import { greaterEqual } from "../catalog/ops/greaterEqual.js";
import { less } from "../catalog/ops/less.js";
import { logicalAnd } from "../catalog/ops/logicalAnd.js";
import { reshape } from "../catalog/ops/reshape.js";
import { subtract } from "../catalog/ops/subtract.js";
import { where } from "../catalog/ops/where.js";
import type { Tensor } from "../graph/tensor.js";
import type { RowRange } from "../graph/weight.js";

/** Rows of a table in pieces: of each piece what lies in it, the last one that an index reaches. Indices outside are clamped. */
export function gatherPieces(pieces: readonly Tensor[], ranges: readonly RowRange[], indices: Tensor): Tensor {
  const rowsOf = (piece: Tensor, start: number): Tensor => gather(piece, subtract(indices, start));
  return pieces.slice(1).reduce(
    (found, piece, i) => {
      const { start } = ranges[i + 1] as RowRange;
      return where(alongRows(greaterEqual(indices, start), found.rank), rowsOf(piece, start), found);
    },
    gather(pieces[0] as Tensor, indices),
  );
}

/** Rows `range` of `scatterAdd(indices, values, rows)`: what goes elsewhere counts as zeros. */
export function scatterSlab(indices: Tensor, values: Tensor, rows: number, { start, count }: RowRange): Tensor {
  const clamped = clip(indices, 0, rows - 1);
  const isHere = logicalAnd(greaterEqual(clamped, start), less(clamped, start + count));
  return scatterAdd(subtract(clamped, start), where(alongRows(isHere, values.rank), values, 0), count);
}

/** A truth for each index, as one for each row that it stands for. */
function alongRows(truth: Tensor, rank: number): Tensor {
  const shape = truth.shape as readonly number[];
  return reshape(truth, [...shape, ...new Array<number>(rank - shape.length).fill(1)]);
}
