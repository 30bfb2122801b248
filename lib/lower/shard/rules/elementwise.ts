// Elementwise ops: pieces in, pieces out.

import { broadcastTo } from "../../../catalog/ops/broadcastTo.js";
import { reshape } from "../../../catalog/ops/reshape.js";
import { apply } from "../../../graph/call.js";
import type { Op } from "../../../graph/op.js";
import type { Call, Tensor } from "../../../graph/tensor.js";
import type { RowRange } from "../../../graph/weight.js";
import type { Cut } from "../cut.js";
import type { Pieces, Sharded, ShardRule } from "../sharded.js";

export const elementwiseRule: ShardRule = {
  forward(call, sharded): Pieces {
    const [output] = call.outputs as readonly [Tensor];
    const first = call.inputs.find((input) => sharded.piecesOf(input)) as Tensor;
    const own = sharded.piecesOf(first) as Pieces;
    const shift = output.rank - first.rank;
    const cut: Cut = { from: own.from + shift, to: own.to + shift, ranges: own.ranges };
    return { ...cut, parts: cut.ranges.map((_, i) => pieceOf(call, output.rank, cut, i, sharded)) };
  },
  slab: (tensor, cut, sharded) => pieceOf(tensor.call, tensor.rank, cut, 0, sharded),
};

/** The call on piece `index` of its inputs. */
function pieceOf({ op, inputs, attrs }: Call, rank: number, cut: Cut, index: number, sharded: Sharded): Tensor {
  return apply(
    op as Op,
    inputs.map((input) => aligned(input, rank, cut, index, sharded)),
    attrs,
  );
}

/** An input, cut as the output of this rank is; dimensions that broadcast stay. */
function aligned(input: Tensor, rank: number, cut: Cut, index: number, sharded: Sharded): Tensor {
  const shift = rank - input.rank;
  const [from, to] = [cut.from - shift, cut.to - shift];
  if (to <= 0) return sharded.whole(input);
  const shape = input.shape as readonly number[];
  const sizes = shape.slice(Math.max(0, from), to);
  if (sizes.every((size) => size === 1)) {
    const whole = sharded.whole(input);
    return from < 0 ? whole : reshape(whole, [...shape.slice(0, from), 1, ...shape.slice(to)]);
  }
  if (from < 0 || sizes.includes(1)) {
    const added = Math.max(0, -from);
    const wide = broadcastTo(sharded.whole(input), [...new Array<number>(added).fill(1), ...shape]);
    return sharded.slab(wide, from + added, to + added, cut.ranges[index] as RowRange);
  }
  return sharded.piece(input, { ...cut, from, to }, index);
}
