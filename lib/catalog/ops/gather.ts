// Rows of a table by index, and the adjoint: adding rows into their places.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { ShapeError } from "../../graph/errors.js";
import type { Op, Spec, View } from "../../graph/op.js";
import { showShape, sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";

const clamp = (index: number, rows: number): number => Math.min(Math.max(index, 0), rows - 1);

/** table [rows, …], indices int32 of any shape → [...indices, …]. Indices outside of the table are clamped. */
export const gatherOp: Op<null> = {
  name: "gather",
  kind: "opaque",
  infer([table, indices]) {
    const [from, at] = [table as Spec, indices as Spec];
    if (at.dtype !== "int32")
      throw new ShapeError(`gather needs int32 indices, received ${at.dtype} ${showShape(at.shape)}`, {
        hint: 'cast them: ops.cast(x, "int32")',
      });
    return [{ shape: [...at.shape, ...from.shape.slice(1)], dtype: from.dtype }];
  },
  vjp: ([grad], { inputs }) => [
    scatterAdd(inputs[1] as Tensor, grad as Tensor, (inputs[0] as Tensor).shape[0] as number),
    null,
  ],
  reference([table, indices], [out]) {
    const from = table as View;
    const width = sizeOf(from.shape.slice(1));
    (indices as View).data.forEach((index, i) => {
      const start = clamp(index, from.shape[0] as number) * width;
      (out as View).data.set(from.data.subarray(start, start + width), i * width);
    });
  },
  *samples() {
    yield {
      inputs: [
        { shape: [7, 4], dtype: "float32" },
        { shape: [2, 3], dtype: "int32" },
      ],
      attrs: null,
      range: [
        [-2, 2],
        [0, 6],
      ],
    };
    yield {
      inputs: [
        { shape: [5], dtype: "float32" },
        { shape: [4], dtype: "int32" },
      ],
      attrs: null,
      range: [
        [-2, 2],
        [0, 4],
      ],
    };
  },
};

/** Rows of `table` at `indices` (int32, any shape). */
export const gather = (table: TensorLike, indices: TensorLike): Tensor =>
  apply(gatherOp, [toTensor(table), toTensor(indices, "int32")], null);

/** Σ of the rows of `values` that go to each of `rows` places. */
export const scatterAddOp: Op<{ readonly rows: number }> = {
  name: "scatterAdd",
  kind: "opaque",
  infer: ([indices, values], { rows }) => [
    { shape: [rows, ...(values as Spec).shape.slice((indices as Spec).shape.length)], dtype: (values as Spec).dtype },
  ],
  vjp: ([grad], { inputs }) => [null, gather(grad as Tensor, inputs[0] as Tensor)],
  reference([indices, values], [out], { rows }) {
    const width = sizeOf((values as View).shape.slice((indices as View).shape.length));
    const to = (out as View).data;
    (indices as View).data.forEach((index, i) => {
      const start = clamp(index, rows) * width;
      for (let j = 0; j < width; j++)
        to[start + j] = (to[start + j] as number) + ((values as View).data[i * width + j] as number);
    });
  },
  *samples() {
    yield {
      inputs: [
        { shape: [6], dtype: "int32" },
        { shape: [6, 3], dtype: "float32" },
      ],
      attrs: { rows: 5 },
      range: [
        [0, 4],
        [-2, 2],
      ],
    };
    yield {
      inputs: [
        { shape: [2, 2], dtype: "int32" },
        { shape: [2, 2, 1], dtype: "float32" },
      ],
      attrs: { rows: 3 },
      range: [
        [0, 2],
        [-2, 2],
      ],
    };
  },
};

/** `rows` rows of zeros, with each row of `values` added at its index. */
export const scatterAdd = (indices: TensorLike, values: TensorLike, rows: number): Tensor =>
  apply(scatterAddOp, [toTensor(indices, "int32"), toTensor(values)], { rows });
