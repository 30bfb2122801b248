// Counting: tensors whose elements are their own index. They take no memory inside of a fused kernel.

import { apply } from "../../graph/call.js";
import type { Op, View } from "../../graph/op.js";
import { sizeOf, stridesOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";

/** value = start + Σ index[d]·strides[d], int32. */
export interface IotaAttrs {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly start: number;
}

export const iotaOp: Op<IotaAttrs> = {
  name: "iota",
  kind: "view",
  infer: (_inputs, { shape }) => [{ shape, dtype: "int32" }],
  vjp: () => [],
  reference(_inputs, [out], { shape, strides, start }) {
    const own = stridesOf(shape);
    const size = sizeOf(shape);
    for (let i = 0; i < size; i++) {
      (out as View).data[i] = strides.reduce(
        (value, stride, axis) => value + (Math.floor(i / (own[axis] as number)) % (shape[axis] as number)) * stride,
        start,
      );
    }
  },
  *samples() {
    yield { inputs: [], attrs: { shape: [3, 4], strides: [0, 1], start: 0 } };
    yield { inputs: [], attrs: { shape: [2, 3], strides: [3, 1], start: 5 } };
  },
};

/** int32 tensor whose value is the index along `axis`. */
export const iota = (shape: readonly number[], axis: number): Tensor =>
  apply(iotaOp, [], { shape, strides: shape.map((_, i) => (i === axis ? 1 : 0)), start: 0 });

/** int32 tensor that numbers its elements in row-major order, from `start`. */
export const counter = (shape: readonly number[], start = 0): Tensor =>
  apply(iotaOp, [], { shape, strides: stridesOf(shape), start });

/** 0, 1, … count - 1 (int32). */
export const arange = (count: number): Tensor => iota([count], 0);
