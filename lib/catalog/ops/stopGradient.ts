// The same value, through which no gradient flows.

import { apply, type TensorLike, toTensor } from "../../graph/call.js";
import type { Op, Spec, View } from "../../graph/op.js";
import type { Tensor } from "../../graph/tensor.js";

export const stopGradientOp: Op<null> = {
  name: "stopGradient",
  kind: "view",
  infer: ([x]) => [x as Spec],
  vjp: () => [null],
  reference([x], [out]) {
    (out as View).data.set((x as View).data);
  },
  layout: (input) => input,
  // Its gradient is zero on purpose, which differences would contradict: an integer input is not differenced.
  *samples() {
    yield { inputs: [{ shape: [3], dtype: "int32" }], attrs: null };
  },
};

/** `x` as a constant for differentiation. */
export const stopGradient = (x: TensorLike): Tensor => apply(stopGradientOp, [toTensor(x)], null);
