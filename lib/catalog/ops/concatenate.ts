// Tensors end to end along an axis.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { promote } from "../../graph/dtype.js";
import { ShapeError } from "../../graph/errors.js";
import type { Op, Spec, View } from "../../graph/op.js";
import { normalizeAxis, showShape, sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { cast } from "./cast.js";
import { sliceAxis } from "./slice.js";

export const concatenateOp: Op<{ readonly axis: number }> = {
  name: "concatenate",
  kind: "opaque",
  infer(inputs, { axis }) {
    const [first, ...rest] = inputs as [Spec, ...Spec[]];
    const fits = rest.every(
      ({ shape }) =>
        shape.length === first.shape.length && shape.every((size, i) => i === axis || size === first.shape[i]),
    );
    if (!fits) {
      throw new ShapeError(
        `concatenate along axis ${axis} can't join ${inputs.map((spec) => showShape(spec.shape)).join(" and ")}`,
        {
          hint: "all sizes but those of the joined axis must agree",
        },
      );
    }
    const total = inputs.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
    return [{ shape: first.shape.map((size, i) => (i === axis ? total : size)), dtype: first.dtype }];
  },
  vjp([grad], { inputs, attrs }) {
    let start = 0;
    return inputs.map((input) => {
      const begin = start;
      start += input.shape[attrs.axis] as number;
      return sliceAxis(grad as Tensor, attrs.axis, begin, start);
    });
  },
  reference(inputs, [out], { axis }) {
    const to = out as View;
    const inner = sizeOf(to.shape.slice(axis + 1));
    const row = (to.shape[axis] as number) * inner;
    let at = 0;
    for (const input of inputs) {
      const width = (input.shape[axis] as number) * inner;
      for (let outer = 0; outer * row < to.data.length; outer++) {
        to.data.set(input.data.subarray(outer * width, (outer + 1) * width), outer * row + at);
      }
      at += width;
    }
  },
  *samples() {
    const f32 = (...shape: number[]): Spec => ({ shape, dtype: "float32" });
    yield { inputs: [f32(2, 3), f32(2, 5)], attrs: { axis: 1 } };
    yield { inputs: [f32(1, 4), f32(2, 4), f32(3, 4)], attrs: { axis: 0 } };
    yield { inputs: [f32(2, 2, 3), f32(2, 1, 3)], attrs: { axis: 1 } };
  },
};

/** Joins tensors along an axis (default: the last). */
export function concatenate(list: readonly TensorLike[], options: { readonly axis?: number } = {}): Tensor {
  const given = list.map((x) => toTensor(x));
  const dtype = given.map((x) => x.dtype).reduce(promote);
  const tensors = given.map((x) => cast(x, dtype));
  if (tensors.length === 1) return tensors[0] as Tensor;
  const axis = normalizeAxis(options.axis ?? -1, (tensors[0] as Tensor).rank);
  return apply(concatenateOp, tensors, { axis });
}
