// How recurrent layers walk: masks, states, directions, dropout. An independent loop over plain numbers says what is right; the cells'
// own arithmetic is held to Keras's numbers by the golden fixtures.

import { expect } from "chai";
import { WasmBackend } from "../../lib/backend/wasm.js";
import type { View } from "../../lib/graph/op.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { dispose, gru, initializers, input, lstm, model, simpleRNN } from "../../lib/index.js";
import { onBackend, onReference } from "../golden/training.js";
import { batch, expectClose, features, mask, numbers, run, steps, units, type Walk, walk } from "./walking.js";

const choices: Walk[] = Array.from({ length: 32 }, (_, bits) => ({
  returnSequences: (bits & 1) > 0,
  goBackwards: (bits & 2) > 0,
  zeroOutputForMask: (bits & 4) > 0,
  masked: (bits & 8) > 0,
  started: (bits & 16) > 0,
}));

describe("recurrent layers walk as a plain loop does", () => {
  let backend: WasmBackend;
  before(() => {
    backend = new WasmBackend({ threads: 2 });
  });
  after(() => backend.dispose());

  for (const own of choices) {
    const name = Object.entries(own).flatMap(([option, on]) => (on ? [option] : []));
    it(name.join(", ") || "plain", async () => {
      const x = numbers([batch, steps, features]);
      const start = numbers([batch, units], 9);
      for (const evaluate of [onReference, onBackend(backend)]) {
        const layer = simpleRNN(units, { ...own, returnState: true });
        const feeds = new Map<Tensor, View>();
        const given = (view: View): Tensor => {
          const tensor = placeholder(view.shape, view.dtype, "given");
          feeds.set(tensor, view);
          return tensor;
        };
        const options = {
          ...(own.masked ? { mask: given(mask) } : {}),
          ...(own.started ? { initialState: given(start) } : {}),
        };
        const { outputs, masks } = await run(layer, x, { options, feeds, evaluate });
        const weights = layer.weights.map((weight, i) => numbers(weight.shape, i + 2));
        const want = walk(x, weights, start, own);
        expectClose(outputs[0], want.output);
        expectClose(outputs[1], want.state);
        expect(masks[1]).equal(null);
        if (own.masked && own.returnSequences) expect([...(masks[0] as View).data]).deep.equal([...mask.data]);
        else expect(masks[0]).equal(null);
      }
    });
  }
});

describe("recurrent layers", () => {
  after(() => dispose());

  it("drop the same inputs at every step, others in every sample and training step", async () => {
    const layer = simpleRNN(features, {
      dropout: 0.5,
      activation: "linear",
      useBias: false,
      returnSequences: true,
    });
    const x: View = { ...numbers([8, steps, features]), data: new Float32Array(8 * steps * features).fill(1) };
    const feeds = new Map<Tensor, View>();
    layer(placeholder(x.shape, "float32", "x"));
    const [kernel, recurrent] = layer.weights.map((weight) => weight.tensor) as [Tensor, Tensor];
    feeds.set(kernel, { shape: [2, 2], dtype: "float32", data: Float32Array.of(1, 0, 0, 1) });
    feeds.set(recurrent, { shape: [2, 2], dtype: "float32", data: new Float32Array(4) });
    const seen = new Set<string>();
    for (const step of [1, 2]) {
      const { outputs } = await run(layer, x, { feeds, training: true, step });
      const data = [...(outputs[0] as View).data];
      seen.add(data.join());
      for (const value of data) expect(value).oneOf([0, 2]);
      const samples = Array.from({ length: 8 }, (_, b) => data.slice(b * steps * 2, (b + 1) * steps * 2));
      for (const sample of samples)
        for (let t = 1; t < steps; t++) expect(sample.slice(2 * t, 2 * t + 2)).deep.equal(sample.slice(0, 2));
      expect(new Set(samples.map((sample) => sample.join())).size).greaterThan(1);
    }
    expect(seen.size).equal(2);
    const { outputs } = await run(layer, x, { feeds });
    expect([...(outputs[0] as View).data]).deep.equal([...x.data]);
  });

  it("drop the same of the state at every step", async () => {
    const layer = simpleRNN(2, { recurrentDropout: 0.5, activation: "linear", useBias: false, returnSequences: true });
    const x: View = { ...numbers([8, 3, 1]), data: new Float32Array(24) };
    const feeds = new Map<Tensor, View>();
    layer(placeholder(x.shape, "float32", "x"));
    feeds.set((layer.weights[1] as { tensor: Tensor }).tensor, {
      shape: [2, 2],
      dtype: "float32",
      data: Float32Array.of(1, 0, 0, 1),
    });
    const start = placeholder([8, 2], "float32", "start");
    feeds.set(start, { shape: [8, 2], dtype: "float32", data: new Float32Array(16).fill(1) });
    const { outputs } = await run(layer, x, { feeds, options: { initialState: start }, training: true });
    const data = (outputs[0] as View).data;
    for (let b = 0; b < 8; b++)
      for (let j = 0; j < 2; j++) {
        const walked = [0, 1, 2].map((t) => data[(b * 3 + t) * 2 + j]);
        expect(walked.join()).oneOf(["2,4,8", "0,0,0"]);
      }
  });

  it("begin the forget gate's bias at 1, whatever the others begin at", async () => {
    const biasOf = async (options: object): Promise<number[]> => {
      const layer = lstm(2, options);
      layer(input([3, 2]));
      return [...(await layer.getWeights())[2]!.data];
    };
    const three = initializers.deserialize({ class_name: "Constant", config: { value: 3 } });
    expect(await biasOf({})).deep.equal([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(await biasOf({ biasInitializer: three })).deep.equal([3, 3, 1, 1, 3, 3, 3, 3]);
    expect(await biasOf({ biasInitializer: three, unitForgetBias: false })).deep.equal([3, 3, 3, 3, 3, 3, 3, 3]);
  });

  it("keep their states from batch to batch when stateful, until they are reset", async () => {
    const rows = (from: number, to: number): number[][][] =>
      Array.from({ length: 2 }, (_, b) =>
        Array.from({ length: to - from }, (_, t) => [Math.sin(from + t + b), Math.cos(from + t - b)]),
      );
    const x = input([2, 2], { batchSize: 2 });
    const layer = lstm(3, { stateful: true });
    const walker = model({ inputs: x, outputs: layer(x) });
    expect(layer.weights.map((weight) => weight.name)).deep.equal(["kernel", "recurrent_kernel", "bias"]);
    const whole = lstm(3);
    const long = input([4, 2]);
    const reference = model({ inputs: long, outputs: whole(long) });
    await whole.setWeights(await layer.getWeights());
    const want = [...(await reference.predict(rows(0, 4))).data];
    const first = [...(await walker.predict(rows(0, 2))).data];
    const second = [...(await walker.predict(rows(2, 4))).data];
    second.forEach((value, i) => {
      expect(value).closeTo(want[i] as number, 1e-6);
    });
    await layer.resetState();
    expect([...(await walker.predict(rows(0, 2))).data]).deep.equal(first);
    const three = rows(0, 2).concat(rows(0, 2).slice(1));
    let refused = "";
    await walker.predict(three).catch((error: Error) => {
      refused = error.message;
    });
    expect(refused).match(/keeps states of 2 samples, received a batch of [13]/);
    expect(() => lstm(3, { stateful: true })(input([2, 2]))).throw("batchSize");
    await lstm(3)
      .resetState()
      .catch((error: Error) => {
        refused = error.message;
      });
    expect(refused).contain("keeps no states");
  });

  it("refuse states and masks that aren't theirs", () => {
    const x = input([4, 2]);
    const h = input([3]);
    expect(() => lstm(3)(x, { initialState: [h] })).throw("has 2 states, received 1");
    expect(() => gru(3)(x, { initialState: [h, h] })).throw("has 1 state, received 2");
    expect(() => lstm(3)(x, { initialState: [h, input([5])] })).throw(
      "expects states [batch, 3] in initialState, received [batch, 5]",
    );
    expect(() => gru(3)(x, { mask: input([5]) })).throw("expects a mask [batch, 4], one entry for each step");
    expect(() => gru(3)(input([4]))).throw("expects [batch, steps, features], received [batch, 4]");
    expect(() => gru(0)).throw("units must be a whole number from 1 on");
  });
});
