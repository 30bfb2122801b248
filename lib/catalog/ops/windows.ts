// Sliding windows as a view, and fold, their adjoint: the sum of overlapping windows. Convolution and pooling are made of these.

import { apply } from "../../graph/call.js";
import { ShapeError } from "../../graph/errors.js";
import type { Op, Spec, View } from "../../graph/op.js";
import { showShape, sizeOf, stridesOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { copyLayout } from "./layout.js";

/** Windows over the dimensions 1, 2, … (as many as `sizes`) of a channels-last tensor. */
export interface WindowsAttrs {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

const spread = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** [n, …spatial, c] → [n, …positions, …window, c]. */
export const windowsOp: Op<WindowsAttrs> = {
  name: "windows",
  kind: "view",
  infer([x], { sizes, strides, dilations }) {
    const { shape, dtype } = x as Spec;
    const positions = sizes.map((size, i) => {
      const reach = spread(size, dilations[i] as number);
      const length = shape[i + 1] as number;
      if (length < reach) {
        throw new ShapeError(`a window of ${sizes.join("x")} doesn't fit into ${showShape(shape)}`, {
          hint: 'use padding: "same" or a smaller window',
        });
      }
      return Math.floor((length - reach) / (strides[i] as number)) + 1;
    });
    return [{ shape: [shape[0] as number, ...positions, ...sizes, ...shape.slice(sizes.length + 1)], dtype }];
  },
  vjp: ([grad], { inputs, attrs }) => [fold(grad as Tensor, (inputs[0] as Tensor).shape as readonly number[], attrs)],
  reference([x], [out], attrs) {
    const input = x as View;
    copyLayout(input, windowsLayout({ offset: 0, strides: stridesOf(input.shape) }, attrs), out as View);
  },
  layout: (input, _spec, attrs) => windowsLayout(input, attrs),
  *samples() {
    yield { inputs: [{ shape: [2, 5, 3], dtype: "float32" }], attrs: { sizes: [2], strides: [1], dilations: [1] } };
    yield {
      inputs: [{ shape: [1, 7, 6, 2], dtype: "float32" }],
      attrs: { sizes: [3, 2], strides: [2, 2], dilations: [1, 2] },
    };
  },
};

function windowsLayout(
  input: { offset: number; strides: readonly number[] },
  { sizes, strides, dilations }: WindowsAttrs,
): { offset: number; strides: number[] } {
  const own = (i: number): number => input.strides[i + 1] as number;
  return {
    offset: input.offset,
    strides: [
      input.strides[0] as number,
      ...sizes.map((_, i) => own(i) * (strides[i] as number)),
      ...sizes.map((_, i) => own(i) * (dilations[i] as number)),
      ...input.strides.slice(sizes.length + 1),
    ],
  };
}

export const windows = (x: Tensor, attrs: WindowsAttrs): Tensor => apply(windowsOp, [x], attrs);

export interface FoldAttrs extends WindowsAttrs {
  /** Shape of the result. */
  readonly shape: readonly number[];
}

/** Adds every window into its place: the adjoint of `windows`. */
export const foldOp: Op<FoldAttrs> = {
  name: "fold",
  kind: "opaque",
  infer: ([x], { shape }) => [{ shape, dtype: (x as Spec).dtype }],
  vjp: ([grad], { attrs }) => [
    windows(grad as Tensor, { sizes: attrs.sizes, strides: attrs.strides, dilations: attrs.dilations }),
  ],
  reference([x], [out], attrs) {
    const input = x as View;
    const to = out as View;
    const layout = windowsLayout({ offset: 0, strides: stridesOf(to.shape) }, attrs);
    const strides = stridesOf(input.shape);
    for (let i = 0; i < sizeOf(input.shape); i++) {
      let position = 0;
      input.shape.forEach((size, axis) => {
        position += (Math.floor(i / (strides[axis] as number)) % size) * (layout.strides[axis] as number);
      });
      to.data[position] = (to.data[position] as number) + (input.data[i] as number);
    }
  },
  *samples() {
    yield {
      inputs: [{ shape: [2, 4, 2, 3], dtype: "float32" }],
      attrs: { sizes: [2], strides: [1], dilations: [1], shape: [2, 5, 3] },
    };
    yield {
      inputs: [{ shape: [1, 3, 3, 2, 2, 2], dtype: "float32" }],
      attrs: { sizes: [2, 2], strides: [2, 2], dilations: [1, 1], shape: [1, 7, 6, 2] },
    };
  },
};

export const fold = (x: Tensor, shape: readonly number[], attrs: WindowsAttrs): Tensor =>
  apply(foldOp, [x], { ...attrs, shape });
