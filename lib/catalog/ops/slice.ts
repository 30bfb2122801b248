// slice: every so manyth element from a start, forwards or backwards, and what is said by it.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { ShapeError, ValueError } from "../../graph/errors.js";
import type { Op, Spec } from "../../graph/op.js";
import { normalizeAxis, showShape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { f32, referenceByLayout, tensorShape } from "./layout.js";
import { pad } from "./pad.js";

/** Attributes of slice: start, number of elements and step (may be negative) by dimension. */
export interface SliceAttrs {
  readonly start: readonly number[];
  readonly count: readonly number[];
  readonly step: readonly number[];
}

export const sliceOp: Op<SliceAttrs> = {
  name: "slice",
  kind: "view",
  infer([x], { start, count, step }) {
    const { shape, dtype } = x as Spec;
    shape.forEach((size, axis) => {
      const first = start[axis] as number;
      const last = first + ((count[axis] as number) - 1) * (step[axis] as number);
      if ((count[axis] as number) > 0 && !(first >= 0 && first < size && last >= 0 && last < size)) {
        throw new ShapeError(`slice of axis ${axis} from ${first} to ${last} is outside of ${showShape(shape)}`);
      }
    });
    return [{ shape: [...count], dtype }];
  },
  vjp([grad], { inputs, attrs }) {
    const shape = tensorShape(inputs[0]);
    // A negative step: turn the gradient around first, then spread it from its lowest position.
    const turned = flip(
      grad as Tensor,
      attrs.step.flatMap((step, axis) => (step < 0 ? [axis] : [])),
    );
    const low = shape.map((_, axis) =>
      Math.min(
        attrs.start[axis] as number,
        (attrs.start[axis] as number) + ((attrs.count[axis] as number) - 1) * (attrs.step[axis] as number),
      ),
    );
    const interior = attrs.step.map((step, axis) => ((attrs.count[axis] as number) > 1 ? Math.abs(step) - 1 : 0));
    const high = shape.map(
      (size, axis) =>
        size - (low[axis] as number) - ((attrs.count[axis] as number) - 1) * ((interior[axis] as number) + 1) - 1,
    );
    return [
      pad(
        turned,
        low.map((value, axis) => [value, high[axis] as number] as const),
        { interior },
      ),
    ];
  },
  reference: (...args) => referenceByLayout(sliceOp.layout as NonNullable<(typeof sliceOp)["layout"]>)(...args),
  layout: (input, _spec, { start, step }) => ({
    offset: start.reduce((offset, value, axis) => offset + value * (input.strides[axis] as number), input.offset),
    strides: step.map((value, axis) => value * (input.strides[axis] as number)),
  }),
  *samples() {
    yield { inputs: [f32(5, 4)], attrs: { start: [1, 0], count: [3, 4], step: [1, 1] } };
    yield { inputs: [f32(7)], attrs: { start: [6], count: [3], step: [-2] } };
    yield { inputs: [f32(2, 9)], attrs: { start: [0, 1], count: [2, 3], step: [1, 3] } };
  },
};

/** `size` elements from `start` in each dimension; -1 takes the rest. */
export function slice(x: TensorLike, start: readonly number[], size: readonly number[]): Tensor {
  const tensor = toTensor(x);
  const count = size.map((value, axis) =>
    value === -1 ? (tensor.shape[axis] as number) - (start[axis] as number) : value,
  );
  return apply(sliceOp, [tensor], { start, count, step: start.map(() => 1) });
}

/** Elements begin, begin + step, … before `end` along one axis. */
export function sliceAxis(x: TensorLike, axis: number, begin: number, end: number, step = 1): Tensor {
  const tensor = toTensor(x);
  const at = normalizeAxis(axis, tensor.rank);
  const shape = tensorShape(tensor);
  const pick = (value: number, other: (size: number) => number): number[] =>
    shape.map((size, i) => (i === at ? value : other(size)));
  return apply(sliceOp, [tensor], {
    start: pick(begin, () => 0),
    count: pick(Math.max(0, Math.ceil((end - begin) / step)), (size) => size),
    step: pick(step, () => 1),
  });
}

/** Reverses the order along `axes`. */
export function flip(x: TensorLike, axes: number | readonly number[]): Tensor {
  const tensor = toTensor(x);
  const turned = new Set([axes].flat().map((axis) => normalizeAxis(axis, tensor.rank)));
  if (turned.size === 0) return tensor;
  const shape = tensorShape(tensor);
  return apply(sliceOp, [tensor], {
    start: shape.map((size, axis) => (turned.has(axis) ? size - 1 : 0)),
    count: shape,
    step: shape.map((_, axis) => (turned.has(axis) ? -1 : 1)),
  });
}

/** Cuts into `parts` equal pieces along an axis. */
export function split(x: TensorLike, parts: number, options: { readonly axis?: number } = {}): Tensor[] {
  const tensor = toTensor(x);
  const axis = normalizeAxis(options.axis ?? 0, tensor.rank);
  const size = tensor.shape[axis] as number;
  if (size % parts !== 0)
    throw new ValueError(`split: ${size} elements of axis ${axis} don't divide into ${parts} equal parts`);
  return Array.from({ length: parts }, (_, i) => sliceAxis(tensor, axis, (i * size) / parts, ((i + 1) * size) / parts));
}
