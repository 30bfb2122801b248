// Reshapes, where pieces stay pieces under the other shape.

import { reshape } from "../../../catalog/ops/reshape.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { RowRange } from "../../../graph/weight.js";
import { type Cut, mapCut } from "../cut.js";
import type { Pieces, ShardRule } from "../sharded.js";

export const reshapeRule: ShardRule = {
  forward(call, sharded) {
    const [input] = call.inputs as readonly [Tensor];
    const shape = sizesOf(call.outputs[0] as Tensor);
    const pieces = sharded.piecesOf(input) as Pieces;
    const mapped = mapCut(sizesOf(input), shape, pieces);
    if (!mapped) return null;
    return { ...mapped, parts: pieces.parts.map((part, i) => reshape(part, cutShape(shape, mapped, i))) };
  },
  slab(tensor, cut, sharded) {
    const [input] = tensor.call.inputs as readonly [Tensor];
    const mapped = mapCut(sizesOf(tensor), sizesOf(input), cut);
    if (!mapped) return null;
    const piece = sharded.slab(input, mapped.from, mapped.to, mapped.ranges[0] as RowRange);
    return reshape(piece, cutShape(sizesOf(tensor), cut, 0));
  },
};

const sizesOf = (tensor: Tensor): readonly number[] => tensor.shape as readonly number[];

/** The shape of piece `index` of a tensor of this shape. */
const cutShape = (shape: readonly number[], { from, to, ranges }: Cut, index: number): number[] => [
  ...shape.slice(0, from),
  (ranges[index] as RowRange).count,
  ...shape.slice(to),
];
