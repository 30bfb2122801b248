// Views: other ways to look at the same numbers. They cost nothing where their user can follow strides; `layout` says how.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { ShapeError, ValueError } from "../../graph/errors.js";
import type { Layout, Op, Spec, View } from "../../graph/op.js";
import { normalizeAxis, showShape, sizeOf, stridesOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { concatenate } from "./concatenate.js";
import { broadcastPositions } from "./elementwise.js";
import { pad } from "./pad.js";
import { sum } from "./reduce.js";

/** Copies what a layout shows of `input` into the contiguous `out`. */
export function copyLayout(input: View, layout: Layout, out: View): void {
  const strides = stridesOf(out.shape);
  const size = sizeOf(out.shape);
  for (let i = 0; i < size; i++) {
    let position = layout.offset;
    for (let axis = 0; axis < out.shape.length; axis++) {
      position +=
        (Math.floor(i / (strides[axis] as number)) % (out.shape[axis] as number)) * (layout.strides[axis] as number);
    }
    out.data[i] = input.data[position] as number;
  }
}

const contiguous = (spec: Spec): Layout => ({ offset: 0, strides: stridesOf(spec.shape) });

const referenceByLayout =
  <A>(layout: NonNullable<Op<A>["layout"]>): Op<A>["reference"] =>
  ([input], [out], attrs) =>
    copyLayout(input as View, layout(contiguous(input as View), input as View, attrs) as Layout, out as View);

const tensorShape = (tensor: Tensor | undefined): readonly number[] => (tensor as Tensor).shape as readonly number[];
const f32 = (...shape: number[]): Spec => ({ shape, dtype: "float32" });

/** Attributes of reshape: at most one -1, which takes what is left. */
export const reshapeOp: Op<{ readonly shape: readonly number[] }> = {
  name: "reshape",
  kind: "view",
  infer([x], { shape }) {
    const size = sizeOf((x as Spec).shape);
    const known = shape.reduce((product, dimension) => (dimension === -1 ? product : product * dimension), 1);
    const full = shape.map((dimension) => (dimension === -1 ? size / known : dimension));
    if (sizeOf(full) !== size || full.some((dimension) => !Number.isInteger(dimension))) {
      throw new ShapeError(
        `reshape can't turn ${showShape((x as Spec).shape)} (${size} elements) into ${showShape(shape)}`,
      );
    }
    return [{ shape: full, dtype: (x as Spec).dtype }];
  },
  vjp: ([grad], { inputs }) => [reshape(grad as Tensor, tensorShape(inputs[0]))],
  reference([x], [out]) {
    (out as View).data.set((x as View).data);
  },
  layout(input, spec, { shape }) {
    const full = reshapeOp.infer([spec], { shape })[0] as Spec;
    return reshapeLayout(input, spec.shape, full.shape);
  },
  *samples() {
    yield { inputs: [f32(2, 6)], attrs: { shape: [3, 4] } };
    yield { inputs: [f32(2, 3, 4)], attrs: { shape: [-1, 4] } };
    yield { inputs: [f32(1)], attrs: { shape: [] } };
  },
};

/** Strides for the new shape over the old layout, where the old strides allow it. */
function reshapeLayout(input: Layout, from: readonly number[], to: readonly number[]): Layout | null {
  // Walk both shapes from the back in groups of equal size; inside of a group the old dimensions must be dense.
  const strides = new Array<number>(to.length).fill(0);
  let old = from.length - 1;
  let next = to.length - 1;
  while (next >= 0) {
    if (to[next] === 1) {
      strides[next--] = 0;
      continue;
    }
    while (old >= 0 && from[old] === 1) old--;
    if (old < 0) return null;
    let oldSize = from[old] as number;
    const inner = input.strides[old] as number;
    let newSize = 1;
    let stride = inner;
    for (;;) {
      while (newSize < oldSize && next >= 0) {
        strides[next] = stride;
        stride *= to[next] as number;
        newSize *= to[next] as number;
        next--;
      }
      if (newSize === oldSize) break;
      let outer = old - 1;
      while (outer >= 0 && from[outer] === 1) outer--;
      if (outer < 0 || input.strides[outer] !== (input.strides[old] as number) * (from[old] as number)) return null;
      old = outer;
      oldSize *= from[old] as number;
    }
    old--;
  }
  return { offset: input.offset, strides };
}

/** The same elements in another shape; one size may be -1. Raises ShapeError when the sizes don't agree. */
export const reshape = (x: TensorLike, shape: readonly number[]): Tensor => apply(reshapeOp, [toTensor(x)], { shape });

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

/** A new dimension of size 1 at `axis`. */
export function expandDims(x: TensorLike, axis: number): Tensor {
  const tensor = toTensor(x);
  const at = normalizeAxis(axis, tensor.rank + 1);
  const shape = tensorShape(tensor);
  return reshape(tensor, [...shape.slice(0, at), 1, ...shape.slice(at)]);
}

/** Drops the dimension `axis`, which must have size 1. */
export function squeeze(x: TensorLike, axis: number): Tensor {
  const tensor = toTensor(x);
  const at = normalizeAxis(axis, tensor.rank);
  if (tensor.shape[at] !== 1)
    throw new ValueError(`squeeze: axis ${axis} of ${showShape(tensor.shape)} has size ${tensor.shape[at]}, not 1`);
  return reshape(
    tensor,
    tensorShape(tensor).filter((_, i) => i !== at),
  );
}

/** Tensors of one shape side by side along a new axis. */
export function stack(list: readonly TensorLike[], options: { readonly axis?: number } = {}): Tensor {
  const axis = options.axis ?? 0;
  return concatenate(
    list.map((x) => expandDims(x, axis)),
    { axis },
  );
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
