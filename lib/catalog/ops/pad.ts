// Padding with a constant around and between elements: the adjoint of slicing.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import type { Op, Spec, View } from "../../graph/op.js";
import { sizeOf, stridesOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { sliceOp } from "./slice.js";

export interface PadAttrs {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Elements put between neighbours. */
  readonly interior: readonly number[];
  readonly value: number;
}

export const padOp: Op<PadAttrs> = {
  name: "pad",
  kind: "opaque",
  infer([x], { low, high, interior }) {
    const { shape, dtype } = x as Spec;
    return [
      {
        dtype,
        shape: shape.map(
          (size, axis) =>
            (low[axis] as number) + (high[axis] as number) + size + Math.max(0, size - 1) * (interior[axis] as number),
        ),
      },
    ];
  },
  vjp([grad], { inputs, attrs }) {
    const shape = (inputs[0] as Tensor).shape as readonly number[];
    return [
      apply(sliceOp, [grad as Tensor], {
        start: attrs.low,
        count: shape,
        step: attrs.interior.map((count) => count + 1),
      }),
    ];
  },
  reference([x], [out], { low, interior, value }) {
    const from = x as View;
    const to = out as View;
    to.data.fill(value);
    const strides = stridesOf(from.shape);
    const toStrides = stridesOf(to.shape);
    for (let i = 0; i < sizeOf(from.shape); i++) {
      let position = 0;
      from.shape.forEach((size, axis) => {
        const index = Math.floor(i / (strides[axis] as number)) % size;
        position += ((low[axis] as number) + index * ((interior[axis] as number) + 1)) * (toStrides[axis] as number);
      });
      to.data[position] = from.data[i] as number;
    }
  },
  *samples() {
    yield {
      inputs: [{ shape: [2, 3], dtype: "float32" }],
      attrs: { low: [1, 0], high: [0, 2], interior: [0, 0], value: 0 },
    };
    yield { inputs: [{ shape: [4], dtype: "float32" }], attrs: { low: [1], high: [2], interior: [2], value: -1 } };
  },
};

/** `value` around `x`: [before, after] by dimension, and `interior` elements between neighbours. */
export function pad(
  x: TensorLike,
  widths: readonly (readonly [number, number])[],
  options: { readonly value?: number; readonly interior?: readonly number[] } = {},
): Tensor {
  const tensor = toTensor(x);
  const interior = options.interior ?? widths.map(() => 0);
  if (widths.every(([low, high]) => low === 0 && high === 0) && interior.every((count) => count === 0)) return tensor;
  return apply(padOp, [tensor], {
    low: widths.map(([low]) => low),
    high: widths.map(([, high]) => high),
    interior,
    value: options.value ?? 0,
  });
}
