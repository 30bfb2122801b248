// A layer's sample written down in ops, with numbers for everything it reads.

import { expect } from "chai";
import type { DType } from "../../lib/graph/dtype.js";
import type { Layer } from "../../lib/graph/layer.js";
import type { Spec, View } from "../../lib/graph/op.js";
import type { Shape } from "../../lib/graph/shape.js";
import { placeholder, record, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import type { Weight } from "../../lib/graph/weight.js";
import { layers } from "../../lib/index.js";
import { type Bound, bind } from "../../lib/lower/bind.js";
import { type LayerSample, layerSamples, unsampled } from "./layerSamples.js";
import { randomView } from "./numbers.js";

export type AnyLayer = Layer<Tensor | Tensor[]>;

/** Declares one test for every sample of every registered layer. */
export function forEachSample(test: (make: () => AnyLayer, sample: LayerSample) => void | Promise<void>): void {
  it("every registered layer has samples", () => {
    const held = [...Object.keys(layerSamples), ...Object.keys(unsampled)];
    expect(held.sort(), "test/laws/layerSamples.ts").deep.equal(layers.names().sort());
  });
  for (const [name, samples] of Object.entries(layerSamples)) {
    it(name, async () => {
      expect(samples.length).greaterThan(0);
      for (const sample of samples)
        await test(() => layers.deserialize({ class_name: name, config: sample.config }), sample);
    });
  }
}

/** Applies a layer to one tensor, or to a list of them. */
export const applied = (layer: AnyLayer, inputs: readonly Tensor[]): Tensor[] =>
  [layer(inputs.length === 1 ? (inputs[0] as Tensor) : inputs)].flat();

/** Numbers of a sample's inputs. The first rows are the same for any number of rows. */
export const inputViews = ({ inputs, dtype = "float32" }: LayerSample, rows: number): View[] =>
  inputs.map((shape, i) =>
    randomView({ shape: [rows, ...shape], dtype }, 10 * i, 64, dtype === "int32" ? [0, 5] : [-1, 1]),
  );

/** Numbers of a layer's weights; what isn't trained may be a variance, and is positive. */
export const weightViews = (weights: readonly Weight[]): Map<Tensor, View> =>
  new Map(
    weights.map(({ tensor, trainable }, i) => [
      tensor,
      randomView(tensor as unknown as Spec, 100 + i, 64, trainable ? [-1, 1] : [0.5, 2]),
    ]),
  );

/** An input that comes with a mask, as one that embedding made would. */
export const maskedInput = (shape: Shape, dtype: DType, mask?: Tensor): Tensor =>
  record({ source: { kind: "input", name: "x" }, inputs: [], attrs: null }, [{ shape, dtype, mask }])[0] as Tensor;

export interface Trial extends Bound {
  readonly inputs: readonly Tensor[];
  /** The counter of training steps. */
  readonly step: Tensor;
  readonly feeds: Map<Tensor, View>;
}

/** A layer in ops for `rows` samples. With `masks`, inputs carry these. */
export function trialOf(
  layer: AnyLayer,
  sample: LayerSample,
  rows: number,
  training: boolean,
  masks: readonly Tensor[] = [],
): Trial {
  const feeds = new Map<Tensor, View>();
  const inputs = inputViews(sample, rows).map((view, i) => {
    const tensor = maskedInput(view.shape, view.dtype, masks[i]);
    feeds.set(tensor, view);
    return tensor;
  });
  const step = placeholder([], "int32", "step");
  feeds.set(step, { shape: [], dtype: "int32", data: Int32Array.of(3) });
  const outputs = applied(layer, inputs);
  for (const [tensor, view] of weightViews(layer.weights)) feeds.set(tensor, view);
  const given = new Map(inputs.map((tensor): [Tensor, Tensor] => [tensor, tensor]));
  return { ...atOnce(bind(outputs, given, { training, step, seed: 5 })), inputs, step, feeds };
}
