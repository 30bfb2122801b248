// What a rule of shards sees of the step so far, and what it answers. One rule for an op holds both directions: what becomes of
// the output when an input lies in pieces, and how a piece of the output is made when nothing is cut.

import type { Call, Tensor } from "../../graph/tensor.js";
import type { RowRange } from "../../graph/weight.js";
import type { Cut } from "./cut.js";

/** A tensor in pieces; each piece has the cut's axes merged into one. */
export interface Pieces extends Cut {
  readonly parts: readonly Tensor[];
}

/** The step as far as it is said in terms of shards. */
export interface Sharded {
  /** The tensor's pieces, if it lies in some. */
  piecesOf(tensor: Tensor): Pieces | undefined;
  /** The tensor in one piece. */
  whole(tensor: Tensor): Tensor;
  /** Piece `index` of the tensor under `cut`, with the cut's axes merged. */
  piece(tensor: Tensor, cut: Cut, index: number): Tensor;
  /** Rows `range` of the merged axes `from` to `to`; made once. */
  slab(tensor: Tensor, from: number, to: number, range: RowRange): Tensor;
}

export interface ShardRule {
  /**
   * Given that at least one input lies in pieces: the output's pieces, or the output itself where it is whole again. Null when this
   * call needs whole inputs.
   */
  forward?(call: Call, sharded: Sharded): Pieces | Tensor | null;
  /** The only range of `cut` of a tensor that isn't cut, computed in pieces further back. Null when that would be no less work. */
  slab?(tensor: Tensor, cut: Cut, sharded: Sharded): Tensor | null;
}
