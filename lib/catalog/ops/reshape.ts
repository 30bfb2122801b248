// reshape: the same elements in another shape, and what is said by it.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import { ShapeError, ValueError } from "../../graph/errors.js";
import type { Layout, Op, Spec, View } from "../../graph/op.js";
import { normalizeAxis, showShape, sizeOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { f32, tensorShape } from "./layout.js";

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
