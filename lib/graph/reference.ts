// The oracle's walk: computes tensors by every op's own slow meaning, in float32 or float64.

import { callsOf } from "./network.js";
import type { Op, Spec, View } from "./op.js";
import { sizeOf } from "./shape.js";
import { originalOf, placeholder, type Tensor } from "./tensor.js";

/** Bits of a floating number on the oracle. */
export type Precision = 32 | 64;

/** Room for a value. */
export function makeView(spec: Spec, precision: Precision): View {
  const size = sizeOf(spec.shape);
  const data =
    spec.dtype !== "float32"
      ? new Int32Array(size)
      : precision === 64
        ? new Float64Array(size)
        : new Float32Array(size);
  return { shape: spec.shape, dtype: spec.dtype, data };
}

/** Values of `outputs`, given those of the placeholders and weights among their leaves. */
export function evaluateReference(
  outputs: readonly Tensor[],
  feeds: ReadonlyMap<Tensor, View>,
  precision: Precision = 32,
): View[] {
  const values = new Map<Tensor, View>(feeds);
  const numbersOf = (tensor: Tensor): View => {
    const value = values.get(originalOf(tensor));
    if (!value) throw new Error(`${tensor} has no value`);
    return value;
  };
  for (const call of callsOf(outputs, feeds)) {
    if (call.source?.kind === "constant") {
      const { value } = call.source;
      const view = makeView(value, precision);
      view.data.set(value.data);
      values.set(call.outputs[0] as Tensor, view);
    } else if (call.op) {
      const views = call.outputs.map((output) => makeView(output as unknown as Spec, precision));
      call.op.reference(call.inputs.map(numbersOf), views, call.attrs);
      call.outputs.forEach((output, i) => {
        values.set(output, views[i] as View);
      });
    }
  }
  return outputs.map(numbersOf);
}

/** The reference of an op that is said in other ops: theirs. */
export function referenceByExpansion<A>(op: Op<A>, inputs: readonly View[], outputs: readonly View[], attrs: A): void {
  const stand = inputs.map((view) => placeholder(view.shape, view.dtype, "x"));
  const feeds = new Map(stand.map((tensor, i) => [tensor, inputs[i] as View]));
  const precision = inputs.some((view) => view.data instanceof Float64Array) ? 64 : 32;
  const [result] = evaluateReference(op.expand?.(stand, attrs) as Tensor[], feeds, precision);
  (outputs[0] as View).data.set((result as View).data);
}
