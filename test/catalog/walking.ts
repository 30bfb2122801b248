// What the tests of recurrent layers share: calling a layer on numbers, and an independent loop that says what comes of it.

import { expect } from "chai";
import type { CallOptions } from "../../lib/graph/callOptions.js";
import type { Layer } from "../../lib/graph/layer.js";
import type { View } from "../../lib/graph/op.js";
import { sizeOf } from "../../lib/graph/shape.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { type Bound, bind } from "../../lib/lower/bind.js";
import { type Evaluate, onReference } from "../golden/training.js";

/** Sizes of `mask` and of what walks under it. */
export const batch = 3;
export const steps = 4;
export const features = 2;
export const units = 2;

/** Numbers between -1 and 1, the same in every run. */
export const numbers = (shape: readonly number[], seed = 1): View => ({
  shape,
  dtype: "float32",
  data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed)),
});
// A first step, a middle one and a last one are padding; the last sample is nothing else.
export const mask: View = {
  shape: [batch, steps],
  dtype: "bool",
  data: Int32Array.of(1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0),
};

/** Calls `layer` on numbers: outputs, their masks and what else came of it. */
export async function run(
  layer: Layer<Tensor | Tensor[]>,
  x: View,
  how: {
    options?: CallOptions;
    feeds?: Map<Tensor, View>;
    training?: boolean;
    step?: number;
    evaluate?: Evaluate;
  } = {},
): Promise<{ outputs: View[]; masks: (View | null)[]; bound: Bound }> {
  const at = placeholder(x.shape, x.dtype, "x");
  const feeds = new Map(how.feeds).set(at, x);
  const made = layer(at, how.options ?? {});
  layer.weights.forEach((weight, i) => {
    if (!feeds.has(weight.tensor)) feeds.set(weight.tensor, numbers(weight.shape, i + 2));
  });
  const step = placeholder([], "int32", "step");
  feeds.set(step, { shape: [], dtype: "int32", data: Int32Array.of(how.step ?? 1) });
  const own = new Map([...feeds.keys()].map((tensor): [Tensor, Tensor] => [tensor, tensor]));
  const bound = atOnce(bind([made].flat(), own, { training: how.training ?? false, step, seed: 5 }));
  for (const state of bound.updates.keys())
    if (!feeds.has(state.tensor))
      feeds.set(state.tensor, { ...numbers(state.shape), data: new Float32Array(state.size) });
  const wanted = [...bound.outputs, ...bound.outputs.flatMap((output) => output.mask ?? [])];
  const values = await (how.evaluate ?? onReference)(wanted, feeds);
  let next = bound.outputs.length;
  return {
    outputs: values.slice(0, bound.outputs.length),
    masks: bound.outputs.map((output) => (output.mask ? (values[next++] as View) : null)),
    bound,
  };
}

export interface Walk {
  readonly returnSequences: boolean;
  readonly goBackwards: boolean;
  readonly zeroOutputForMask: boolean;
  readonly masked: boolean;
  readonly started: boolean;
}

/** simpleRNN, one number at a time, as Keras's JAX backend walks. */
export function walk(x: View, weights: readonly View[], start: View, own: Walk): { output: number[]; state: number[] } {
  const [kernel, recurrent, bias] = weights as [View, View, View];
  const outputs: number[] = [];
  const state: number[] = [];
  for (let b = 0; b < batch; b++) {
    let h = Array.from({ length: units }, (_, j) => (own.started ? (start.data[b * units + j] as number) : 0));
    const rows: number[][] = [];
    for (let i = 0; i < steps; i++) {
      const t = own.goBackwards ? steps - 1 - i : i;
      const real = !own.masked || mask.data[b * steps + t] === 1;
      const next = h.map((_, j) => {
        let total = bias.data[j] as number;
        for (let f = 0; f < features; f++)
          total += (x.data[(b * steps + t) * features + f] as number) * (kernel.data[f * units + j] as number);
        for (let k = 0; k < units; k++) total += (h[k] as number) * (recurrent.data[k * units + j] as number);
        return Math.tanh(total);
      });
      rows.push(real ? next : own.zeroOutputForMask ? h.map(() => 0) : h);
      if (real) h = next;
    }
    outputs.push(...(own.returnSequences ? rows.flat() : (rows.at(-1) as number[])));
    state.push(...h);
  }
  return { output: outputs, state };
}

export function expectClose(got: View | undefined, want: readonly number[]): void {
  expect(got?.data.length).equal(want.length);
  want.forEach((value, i) => {
    expect(got?.data[i]).closeTo(value, 1e-5, `element ${i}`);
  });
}
