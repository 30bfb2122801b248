// transpose: dimensions in another order.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { ShapeError } from "../../graph/errors.js";
import type { Op, Spec } from "../../graph/op.js";
import { normalizeAxis, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { f32, referenceByLayout } from "./layout.js";

export const transposeOp: Op<{ readonly axes: readonly number[] }> = {
  name: "transpose",
  kind: "view",
  infer([x], { axes }) {
    const { shape, dtype } = x as Spec;
    if (
      axes.length !== shape.length ||
      new Set(axes).size !== axes.length ||
      axes.some((axis) => !(axis >= 0 && axis < shape.length))
    ) {
      throw new ShapeError(
        `transpose needs a permutation of the ${shape.length} axes of ${showShape(shape)}, received [${axes.join(", ")}]`,
      );
    }
    return [{ shape: axes.map((axis) => shape[axis] as number), dtype }];
  },
  vjp: ([grad], { attrs }) => [transpose(grad as Tensor, invert(attrs.axes))],
  reference: (...args) => referenceByLayout(transposeOp.layout as NonNullable<(typeof transposeOp)["layout"]>)(...args),
  layout: (input, _spec, { axes }) => ({
    offset: input.offset,
    strides: axes.map((axis) => input.strides[axis] as number),
  }),
  *samples() {
    yield { inputs: [f32(2, 3)], attrs: { axes: [1, 0] } };
    yield { inputs: [f32(2, 3, 4, 5)], attrs: { axes: [2, 0, 3, 1] } };
  },
};

export const invert = (axes: readonly number[]): number[] => {
  const inverse = new Array<number>(axes.length);
  axes.forEach((axis, i) => {
    inverse[axis] = i;
  });
  return inverse;
};

/** Dimensions in another order (default: reversed). */
export function transpose(x: TensorLike, axes?: readonly number[]): Tensor {
  const tensor = toTensor(x);
  const order =
    axes?.map((axis) => normalizeAxis(axis, tensor.rank)) ?? tensor.shape.map((_, i) => tensor.rank - 1 - i);
  return order.every((axis, i) => axis === i) ? tensor : apply(transposeOp, [tensor], { axes: order });
}
