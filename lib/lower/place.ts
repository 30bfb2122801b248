// Writing a value straight to where it belongs: a piece of a larger tensor, a weight, an output. A `place` is an elementwise
// identity (so it fuses with what makes the value) whose result lies where it is told; `assemble` is the tensor that pieces make up.

import { broadcastTo } from "../catalog/ops/broadcastTo.js";
import { apply, scalar } from "../graph/call.js";
import type { Layout, Op, Spec } from "../graph/op.js";
import { sizeOf, stridesOf } from "../graph/shape.js";
import type { Call, Tensor } from "../graph/tensor.js";
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

export const place = (value: Tensor, layout: Layout | null): Tensor =>
  apply(placeOp, [value], { id: places++, layout });

export interface AssembleAttrs {
  readonly shape: readonly number[];
  /** What the first input fills everything with, before the others are written; null where the pieces leave no gaps. */
  readonly fill: number | null;
}

/** The tensor that its inputs, all places, are pieces of. */
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
export function assemble(
  pieces: readonly Tensor[],
  layouts: readonly Layout[],
  shape: readonly number[],
  fill: number | null,
): Tensor {
  const dtype = (pieces[0] as Tensor).dtype;
  const background =
    fill === null ? [] : [place(broadcastTo(scalar(fill, dtype), shape), { offset: 0, strides: stridesOf(shape) })];
  return apply(assembleOp, [...background, ...pieces.map((piece, i) => place(piece, layouts[i] as Layout))], {
    shape,
    fill,
  });
}

/** The call that writes the background of an assembled tensor, which comes before the pieces; null if there is none. */
export const backgroundOf = (assembled: Call): Call | null =>
  (assembled.attrs as AssembleAttrs).fill === null ? null : (assembled.inputs[0] as Tensor).call;

/** Where a piece lies in the whole, as index ranges by dimension; null for spread-out pieces. */
function boxOf(piece: Tensor, shape: readonly number[]): { start: number[]; end: number[] } | null {
  const { layout } = piece.call.attrs as PlaceAttrs;
  const strides = stridesOf(shape);
  const sizes = piece.shape as readonly number[];
  if (
    !layout ||
    sizes.length !== shape.length ||
    strides.some((stride, axis) => sizes[axis] !== 1 && layout.strides[axis] !== stride)
  )
    return null;
  let rest = layout.offset;
  const start = strides.map((stride) => {
    const index = Math.floor(rest / stride);
    rest -= index * stride;
    return index;
  });
  return { start, end: start.map((first, axis) => first + (sizes[axis] as number)) };
}

/** A zero background with pieces on it, as padding gives. */
function piecesOnZeros(tensor: Tensor): Tensor[] | null {
  const { call } = tensor;
  if (call.op?.name !== assembleOp.name) return null;
  return (call.attrs as AssembleAttrs).fill === 0 ? call.inputs.slice(1) : null;
}

/** The sum of tensors that are zero where the others are not: all their pieces on one background, or on none when they cover everything. */
export function joinPieces(op: Op, inputs: readonly Tensor[]): Tensor | null {
  const [a, b] = inputs;
  if (op.name !== "add" || !a || !b || a.rank !== b.rank || a.shape.some((size, axis) => size !== b.shape[axis]))
    return null;
  const [left, right] = [piecesOnZeros(a), piecesOnZeros(b)];
  if (!left || !right) return null;
  const shape = a.shape as readonly number[];
  const pieces = [...left, ...right];
  const boxes = pieces.map((piece) => boxOf(piece, shape));
  const apart = boxes.every((box, i) =>
    boxes.every(
      (other, j) =>
        i === j ||
        (box &&
          other &&
          box.start.some(
            (first, axis) =>
              first >= (other.end[axis] as number) || (other.start[axis] as number) >= (box.end[axis] as number),
          )),
    ),
  );
  if (!apart) return null;
  const covered = pieces.reduce((sum, piece) => sum + sizeOf(piece.shape as readonly number[]), 0) === sizeOf(shape);
  const values = pieces.map((piece) => piece.call.inputs[0] as Tensor);
  return assemble(
    values,
    pieces.map((piece) => (piece.call.attrs as PlaceAttrs).layout as Layout),
    shape,
    covered ? null : 0,
  );
}
