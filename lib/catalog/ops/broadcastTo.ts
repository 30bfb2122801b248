// broadcastTo: dimensions of size 1 repeated, and what is said by it.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { ShapeError } from "../../graph/errors.js";
import type { Op, Spec, View } from "../../graph/op.js";
import { normalizeAxis, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { broadcastPositions } from "./elementwise.js";
import { f32, tensorShape } from "./layout.js";
import { sum } from "./reduce.js";
import { expandDims, reshape } from "./reshape.js";

export const broadcastToOp: Op<{ readonly shape: readonly number[] }> = {
  name: "broadcastTo",
  kind: "view",
  infer([x], { shape }) {
    const own = (x as Spec).shape;
    const fits =
      own.length <= shape.length && own.every((size, i) => size === 1 || size === shape[shape.length - own.length + i]);
    if (!fits) throw new ShapeError(`broadcastTo can't stretch ${showShape(own)} to ${showShape(shape)}`);
    return [{ shape, dtype: (x as Spec).dtype }];
  },
  vjp([grad], { inputs }) {
    return [sumTo(grad as Tensor, tensorShape(inputs[0]))];
  },
  reference([x], [out]) {
    const position = broadcastPositions((x as View).shape, (out as View).shape);
    for (let i = 0; i < (out as View).data.length; i++) (out as View).data[i] = (x as View).data[position(i)] as number;
  },
  layout(input, spec, { shape }) {
    const missing = shape.length - spec.shape.length;
    return {
      offset: input.offset,
      strides: shape.map((_, axis) =>
        axis < missing || spec.shape[axis - missing] === 1 ? 0 : (input.strides[axis - missing] as number),
      ),
    };
  },
  *samples() {
    yield { inputs: [f32(3, 1)], attrs: { shape: [2, 3, 4] } };
    yield { inputs: [f32()], attrs: { shape: [5] } };
  },
};

/** Repeats dimensions of size 1 (and missing ones in front) up to `shape`. */
export function broadcastTo(x: TensorLike, shape: readonly number[]): Tensor {
  const tensor = toTensor(x);
  const same = tensor.rank === shape.length && tensor.shape.every((size, i) => size === shape[i]);
  return same ? tensor : apply(broadcastToOp, [tensor], { shape });
}

/** The adjoint of broadcasting: sums what was repeated, back to `shape`. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  const own = tensorShape(x);
  const missing = own.length - shape.length;
  const axis = own.flatMap((size, i) => (i < missing || (shape[i - missing] === 1 && size !== 1) ? [i] : []));
  return axis.length === 0 ? x : reshape(sum(x, { axis }), shape);
}

/** Every element `count` times in a row along `axis`. */
export function repeat(x: TensorLike, count: number, axis: number): Tensor {
  const tensor = toTensor(x);
  const at = normalizeAxis(axis, tensor.rank);
  const shape = tensorShape(tensor);
  const wide = broadcastTo(expandDims(tensor, at + 1), [...shape.slice(0, at + 1), count, ...shape.slice(at + 1)]);
  return reshape(
    wide,
    shape.map((size, i) => (i === at ? size * count : size)),
  );
}

/** The whole tensor `repeats[i]` times along axis i. */
export function tile(x: TensorLike, repeats: readonly number[]): Tensor {
  const tensor = toTensor(x);
  const shape = tensorShape(tensor);
  const wide = broadcastTo(
    reshape(
      tensor,
      shape.flatMap((size) => [1, size]),
    ),
    shape.flatMap((size, axis) => [repeats[axis] as number, size]),
  );
  return reshape(
    wide,
    shape.map((size, axis) => size * (repeats[axis] as number)),
  );
}
