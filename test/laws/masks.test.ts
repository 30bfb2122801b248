// Law 6: masks are kept, used or refused. A layer that gets masked inputs gives outputs that carry the same masks and the same
// numbers ("keeps"), or numbers or masks that depend on what is masked ("uses"), or an error while the model is built that says
// what to do ("refuses"). Never are they lost on the way.

import { expect } from "chai";
import { CatalogLayer } from "../../lib/catalog/layers/base/catalogLayer.js";
import { Merge } from "../../lib/catalog/layers/base/merge.js";
import { multiply } from "../../lib/catalog/ops/index.js";
import { constant } from "../../lib/graph/call.js";
import { WeftError } from "../../lib/graph/errors.js";
import type { Layer } from "../../lib/graph/layer.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference, makeView } from "../../lib/graph/reference.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { add, Concatenate, flatten, input, lstm, masking, model } from "../../lib/index.js";
import type { LayerSample } from "./layerSamples.js";
import { type AnyLayer, applied, forEachSample, maskedInput, trialOf } from "./layerTrial.js";
import { randomView } from "./numbers.js";

const rows = 3;

describe("law: masks are kept, used or refused", () => {
  forEachSample((make, sample) => {
    for (let count = 1; count <= sample.inputs.length; count++) checkMasks(make, sample, count);
  });

  it("set by hand, on the way into one call", async () => {
    const [x, real] = [input([4, 3]), input([4], { dtype: "bool" })];
    const layer = lstm(2);
    const m = model({ inputs: [x, real], outputs: [layer(x.withMask(real)), layer(x, { mask: real }), layer(x)] });
    const flags = [
      [1, 0, 1, 0],
      [0, 1, 1, 1],
    ];
    const [byHand, given, none] = (
      await m.predict([randomView({ shape: [2, 4, 3], dtype: "float32" }, 1) as never, flags])
    ).map(({ data }) => [...data]);
    expect(byHand).deep.equal(given).not.deep.equal(none);
    expect(() => flatten()(x.withMask(real))).throw(/can't work with the mask/);
    expect(() => flatten()(x, { mask: real })).throw(/can't work with the mask/);
    expect(() => add([x, x.withMask(real)])).throw(/one of several inputs/);
    expect(() => layer(masking()(x).withMask(undefined))).throw(/can't forget the mask/);
  });

  describe("what is wrong is caught:", () => {
    const sample: LayerSample = { config: {}, inputs: [[5, 3]] };
    class Doubling extends CatalogLayer {
      override readonly masking: Layer["masking"] = "keeps";
      override call(x: Tensor): Tensor {
        return multiply(x, 2);
      }
    }
    it("a mask that is lost", () => {
      class Losing extends Doubling {
        override readonly masking = "uses";
      }
      checkMasks(() => new Doubling(), sample, 1);
      expect(() => checkMasks(() => new Losing(), sample, 1)).throw(/lost/);
    });
    it("a mask that changes numbers of a layer that says it only keeps it", () => {
      class Meddling extends Doubling {
        override call(x: Tensor): Tensor {
          return x.mask ? multiply(x, 3) : super.call(x);
        }
      }
      expect(() => checkMasks(() => new Meddling(), sample, 1)).throw(/same numbers/);
    });
  });
});

/** The shape of the mask that comes with an input: steps of a sequence, or whole samples. */
const maskShape = (shape: readonly number[], ids: boolean): readonly number[] =>
  shape.length > 1 || ids ? [rows, shape[0] as number] : [rows];

/** One of two patterns of padding. */
function maskOf(shape: readonly number[], pattern: number): Tensor {
  const view = makeView({ shape, dtype: "bool" }, 64);
  for (let i = 0; i < view.data.length; i++) view.data[i] = (i + pattern) % 2;
  return constant(view);
}

interface Numbers {
  readonly outputs: readonly number[][];
  readonly masks: readonly (number[] | null)[];
}

/** What a layer gives with the first `count` inputs masked in this way; null: none. */
function numbersOf(layer: AnyLayer, sample: LayerSample, count: number, pattern: number | null): Numbers {
  const masks = sample.inputs
    .slice(0, pattern === null ? 0 : count)
    .map((shape) => maskOf(maskShape(shape, sample.dtype === "int32"), pattern as number));
  const { outputs, feeds } = trialOf(layer, sample, rows, false, masks);
  const evaluate = (tensors: readonly Tensor[]): number[][] =>
    evaluateReference(tensors, feeds, 64).map(({ data }: View) => [...data]);
  return {
    outputs: evaluate(outputs),
    masks: outputs.map(({ mask }) => (mask ? (evaluate([mask])[0] as number[]) : null)),
  };
}

/** Throws where a layer does something else with masks of its first `count` inputs than its `masking` says. */
function checkMasks(make: () => AnyLayer, sample: LayerSample, count: number): void {
  const layer = make();
  const ids = sample.dtype === "int32";
  if (layer.masking === "refuses") {
    checkRefusal(layer, sample, count, ids);
    return;
  }
  const [first, second] = [1, 2].map((pattern) => numbersOf(layer, sample, count, pattern)) as [Numbers, Numbers];
  if (layer.masking === "uses") {
    const matters = JSON.stringify(first) !== JSON.stringify(second);
    expect(matters || absorbs(layer, sample, count), `the mask is lost in ${layer}`).equal(true);
    return;
  }
  const none = numbersOf(layer, sample, count, null);
  const own = (pattern: number): number[] => [
    ...(maskOf(maskShape(sample.inputs[0] as readonly number[], ids), pattern).call.source as { value: View }).value
      .data,
  ];
  for (const [pattern, { outputs, masks }] of [
    [1, first],
    [2, second],
  ] as const) {
    expect(outputs, `the same numbers of ${layer}, whatever is masked`).deep.equal(none.outputs);
    for (const mask of masks) expect(mask, `the mask is lost in ${layer}`).deep.equal(own(pattern));
  }
}

/** Whether nothing that is masked in some inputs is masked in the result, as the others are real there (Keras's rule for merging). */
const absorbs = (layer: AnyLayer, sample: LayerSample, count: number): boolean =>
  (layer instanceof Merge || layer instanceof Concatenate) && count < sample.inputs.length;

function checkRefusal(layer: AnyLayer, sample: LayerSample, count: number, ids: boolean): void {
  const inputs = (masked: number): Tensor[] =>
    sample.inputs.map((shape, i) => {
      const mask = placeholder([null, ...maskShape(shape, ids).slice(1)], "bool", "mask");
      return maskedInput([null, ...shape], sample.dtype ?? "float32", i < masked ? mask : undefined);
    });
  applied(layer, inputs(0));
  let error: unknown = null;
  try {
    applied(layer, inputs(count));
  } catch (thrown) {
    error = thrown;
  }
  expect(error, `${layer} takes a mask`).instanceOf(WeftError);
  expect((error as WeftError).message)
    .include(layer.describe())
    .match(/mask.*hint/s);
}
