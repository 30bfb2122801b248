// Writing a value straight to where it belongs: a piece of a larger tensor, a weight, an output. A `place` is an elementwise
// identity (so it fuses with what makes the value) whose result lies where it is told; `assemble` is the tensor that pieces make up.

import { apply, scalar } from "../graph/call.js";
import type { Layout, Op, Spec } from "../graph/op.js";
import type { Tensor } from "../graph/tensor.js";
import { stridesOf } from "../graph/shape.js";
import { broadcastTo } from "../catalog/ops/views.js";
import { copyOp } from "./copy.js";

let places = 0;

export interface PlaceAttrs {
  /** Places are never equal, even of equal values. */
  readonly id: number;
  /** Where it lies in the tensor it is a piece of; null for a destination of its own (see select). */
  readonly layout: Layout | null;
}

/** Elementwise identity with a destination. */
export const placeOp: Op<PlaceAttrs> = {
  ...(copyOp as unknown as Op<PlaceAttrs>),
  name: "place",
};

export const place = (value: Tensor, layout: Layout | null): Tensor => apply(placeOp, [value], { id: places++, layout });

export interface AssembleAttrs {
  readonly shape: readonly number[];
}

/** The tensor that its inputs, all places, are pieces of; a first input that covers everything is written before the others. */
export const assembleOp: Op<AssembleAttrs> = {
  name: "assemble",
  kind: "opaque",
  infer: ([piece], { shape }) => [{ shape, dtype: (piece as Spec).dtype }],
  reference() {
    throw new Error("assemble only exists between passes");
  },
  samples: () => [],
};

/** `pieces` at `layouts` in a tensor of `shape`; `fill` is written first where pieces leave gaps. */
export function assemble(pieces: readonly Tensor[], layouts: readonly Layout[], shape: readonly number[], fill: number | null): Tensor {
  const dtype = (pieces[0] as Tensor).dtype;
  const background = fill === null ? [] : [place(broadcastTo(scalar(fill, dtype), shape), { offset: 0, strides: stridesOf(shape) })];
  return apply(assembleOp, [...background, ...pieces.map((piece, i) => place(piece, layouts[i] as Layout))], { shape });
}
