// Products that sum over shared dimensions: matmul, tensordot and the inside of a convolution are all this one op.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { ShapeError } from "../../graph/errors.js";
import type { Op, Spec, View } from "../../graph/op.js";
import { broadcastShapes, showShape, sizeOf, stridesOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { broadcastTo } from "./broadcastTo.js";
import { cast } from "./cast.js";
import { expandDims, squeeze } from "./reshape.js";
import { transpose } from "./transpose.js";

/** Which axes of a and b run together (batch), and over which the product sums (contract), pairwise. */
export interface DotAttrs {
  readonly batchA: readonly number[];
  readonly batchB: readonly number[];
  readonly contractA: readonly number[];
  readonly contractB: readonly number[];
}

/** Axes that are neither batch nor contracted, in order. */
export const freeAxes = (rank: number, batch: readonly number[], contract: readonly number[]): number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !batch.includes(axis) && !contract.includes(axis));

/** Result: batch dimensions, free dimensions of a, free dimensions of b. */
export const dotOp: Op<DotAttrs> = {
  name: "dot",
  kind: "contract",
  infer([a, b], { batchA, batchB, contractA, contractB }) {
    const left = a as Spec;
    const right = b as Spec;
    const pick = (spec: Spec, axes: readonly number[]): number[] => axes.map((axis) => spec.shape[axis] as number);
    const agree = (x: readonly number[], y: readonly number[]): boolean =>
      x.length === y.length && x.every((size, i) => size === y[i]);
    if (!agree(pick(left, batchA), pick(right, batchB)) || !agree(pick(left, contractA), pick(right, contractB))) {
      throw new ShapeError(`matmul can't multiply ${showShape(left.shape)} by ${showShape(right.shape)}`, {
        notes: [
          `axes ${contractA.join(", ")} of the first and ${contractB.join(", ")} of the second must have equal sizes`,
        ],
      });
    }
    const shape = [
      ...pick(left, batchA),
      ...pick(left, freeAxes(left.shape.length, batchA, contractA)),
      ...pick(right, freeAxes(right.shape.length, batchB, contractB)),
    ];
    return [{ shape, dtype: "float32" }];
  },
  vjp([grad], { inputs, attrs }) {
    const [a, b] = inputs as [Tensor, Tensor];
    const g = grad as Tensor;
    const { batchA, batchB, contractA, contractB } = attrs;
    const freeA = freeAxes(a.rank, batchA, contractA);
    const freeB = freeAxes(b.rank, batchB, contractB);
    const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
    const batch = range(0, batchA.length);
    const gradA = range(batch.length, freeA.length);
    const gradB = range(batch.length + freeA.length, freeB.length);
    // Each factor's gradient comes out as batch, own free, contracted; put the axes back where that factor had them.
    const byContract = (own: readonly number[], other: readonly number[]): number[] =>
      own
        .map((axis, i) => ({ axis, other: other[i] as number }))
        .sort((x, y) => x.other - y.other)
        .map(({ axis }) => axis);
    const back = (value: Tensor, order: readonly number[]): Tensor =>
      transpose(
        value,
        order.map((_, axis) => order.indexOf(axis)),
      );
    return [
      back(apply(dotOp, [g, b], { batchA: batch, batchB, contractA: gradB, contractB: freeB }), [
        ...batchA,
        ...freeA,
        ...byContract(contractA, contractB),
      ]),
      // With a first, so that the contracted dimensions of b are rows of the product, as its weight is stored.
      back(apply(dotOp, [a, g], { batchA, batchB: batch, contractA: freeA, contractB: gradA }), [
        ...batchB,
        ...byContract(contractB, contractA),
        ...freeB,
      ]),
    ];
  },
  reference([a, b], [out], { batchA, batchB, contractA, contractB }) {
    const [left, right, to] = [a as View, b as View, out as View];
    const freeA = freeAxes(left.shape.length, batchA, contractA);
    const freeB = freeAxes(right.shape.length, batchB, contractB);
    const positionsA = positions(left, [batchA, freeA, contractA]);
    const positionsB = positions(right, [batchB, freeB, contractB]);
    const [batch, m] = [
      sizeOf(batchA.map((axis) => left.shape[axis] as number)),
      sizeOf(freeA.map((axis) => left.shape[axis] as number)),
    ];
    const [n, k] = [
      sizeOf(freeB.map((axis) => right.shape[axis] as number)),
      sizeOf(contractA.map((axis) => left.shape[axis] as number)),
    ];
    for (let z = 0; z < batch; z++)
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let p = 0; p < k; p++) {
            sum +=
              (left.data[positionsA[(z * m + i) * k + p] as number] as number) *
              (right.data[positionsB[(z * n + j) * k + p] as number] as number);
          }
          to.data[(z * m + i) * n + j] = sum;
        }
  },
  *samples() {
    const f32 = (...shape: number[]): Spec => ({ shape, dtype: "float32" });
    yield { inputs: [f32(3, 4), f32(4, 5)], attrs: { batchA: [], batchB: [], contractA: [1], contractB: [0] } };
    yield { inputs: [f32(2, 3, 4), f32(5, 4)], attrs: { batchA: [], batchB: [], contractA: [2], contractB: [1] } };
    yield { inputs: [f32(2, 3, 4), f32(2, 4, 5)], attrs: { batchA: [0], batchB: [0], contractA: [2], contractB: [1] } };
    yield {
      inputs: [f32(2, 3, 4), f32(4, 3, 2)],
      attrs: { batchA: [1], batchB: [1], contractA: [0, 2], contractB: [2, 0] },
    };
    yield { inputs: [f32(7), f32(7)], attrs: { batchA: [], batchB: [], contractA: [0], contractB: [0] } };
  },
};

/** Flat positions in `view` for every index over the grouped axes, in order. */
function positions(view: View, groups: readonly (readonly number[])[]): Int32Array {
  const axes = groups.flat();
  const shape = axes.map((axis) => view.shape[axis] as number);
  const own = stridesOf(view.shape);
  const strides = stridesOf(shape);
  return Int32Array.from({ length: sizeOf(shape) }, (_, i) =>
    axes.reduce(
      (position, axis, d) =>
        position + (Math.floor(i / (strides[d] as number)) % (shape[d] as number)) * (own[axis] as number),
      0,
    ),
  );
}

/** General product. */
export const dot = (a: TensorLike, b: TensorLike, attrs: DotAttrs): Tensor =>
  apply(dotOp, [cast(a, "float32"), cast(b, "float32")], attrs);

/**
 * Matrix product over the last two dimensions; the ones in front are batches and broadcast. Vectors count as a row or a column, as
 * in NumPy. Raises ShapeError when the inner sizes differ.
 */
export function matmul(a: TensorLike, b: TensorLike): Tensor {
  let left = toTensor(a);
  let right = toTensor(b);
  if (left.rank === 1) return squeeze(matmul(expandDims(left, 0), right), -2);
  if (right.rank === 1) return squeeze(matmul(left, expandDims(right, 1)), -1);
  if (right.rank === 2) {
    return dot(left, right, { batchA: [], batchB: [], contractA: [left.rank - 1], contractB: [0] });
  }
  const [shapeA, shapeB] = [left.shape as readonly number[], right.shape as readonly number[]];
  const batch = broadcastShapes(shapeA.slice(0, -2), shapeB.slice(0, -2));
  if (!batch)
    throw new ShapeError(
      `matmul can't multiply ${showShape(shapeA)} by ${showShape(shapeB)}: the batch dimensions don't broadcast`,
    );
  left = broadcastTo(left, [...batch, ...shapeA.slice(-2)]);
  right = broadcastTo(right, [...batch, ...shapeB.slice(-2)]);
  const axes = batch.map((_, axis) => axis);
  return dot(left, right, { batchA: axes, batchB: axes, contractA: [batch.length + 1], contractB: [batch.length] });
}
