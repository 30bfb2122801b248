// What views share: other ways to look at the same numbers. They cost nothing where their user can follow strides; `layout` says how.

import type { Layout, Op, Spec, View } from "../../graph/op.js";
import { sizeOf, stridesOf } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";

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

/** Where the elements lie that nothing has turned. */
const contiguous = (spec: Spec): Layout => ({ offset: 0, strides: stridesOf(spec.shape) });

/** The reference of a view that `layout` says all about. */
export const referenceByLayout =
  <A>(layout: NonNullable<Op<A>["layout"]>): Op<A>["reference"] =>
  ([input], [out], attrs) =>
    copyLayout(input as View, layout(contiguous(input as View), input as View, attrs) as Layout, out as View);

/** The sizes of a tensor, all known. */
export const tensorShape = (tensor: Tensor | undefined): readonly number[] =>
  (tensor as Tensor).shape as readonly number[];
/** An input of a sample. */
export const f32 = (...shape: number[]): Spec => ({ shape, dtype: "float32" });
