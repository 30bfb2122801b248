// bidirectional and timeDistributed: what they make of the layers inside, of masks and of states.

import { expect } from "chai";
import { layers } from "../../lib/catalog/layers/registry.js";
import type { View } from "../../lib/graph/op.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import {
  bidirectional,
  dense,
  dropout,
  embedding,
  gru,
  input,
  lstm,
  masking,
  model,
  simpleRNN,
  timeDistributed,
} from "../../lib/index.js";
import { batch, expectClose, features, mask, numbers, run, steps, units, walk } from "./walking.js";

describe("bidirectional", () => {
  it("is two walks, the second turned around, with zeros at masked steps", async () => {
    const x = numbers([batch, steps, features]);
    const at = placeholder(mask.shape, "bool", "mask");
    const feeds = new Map([[at, mask]]);
    for (const returnSequences of [true, false]) {
      const both = bidirectional(simpleRNN(units, { returnSequences }), { mergeMode: null });
      const { outputs, masks } = await run(both, x, { options: { mask: at }, feeds });
      const weights = both.weights.map((weight, i) => numbers(weight.shape, i + 2));
      const own = { returnSequences, masked: true, started: false, zeroOutputForMask: returnSequences };
      const none = numbers([batch, units]);
      const ahead = walk(x, weights.slice(0, 3), none, { ...own, goBackwards: false }).output;
      const back = walk(x, weights.slice(3), none, { ...own, goBackwards: true }).output;
      expectClose(outputs[0], ahead);
      const turned = returnSequences
        ? back.map((_, i) => {
            const [b, t, j] = [Math.floor(i / steps / units), Math.floor(i / units) % steps, i % units];
            return back[(b * steps + steps - 1 - t) * units + j] as number;
          })
        : back;
      expectClose(outputs[1], turned);
      for (const one of masks) expect(one && [...one.data]).deep.equal(returnSequences ? [...mask.data] : null);
    }
  });

  it("gives outputs and states, and takes states for both", () => {
    const x = input([steps, features]);
    const shapes = (list: readonly Tensor[]): string => list.map((tensor) => tensor.shape.join()).join(" ");
    const states = [input([2]), input([2]), input([2]), input([2])];
    const merged: Tensor = bidirectional(gru(2))(x);
    expect(merged.shape).deep.equal([null, 4]);
    const list: Tensor[] = bidirectional(lstm(2, { returnState: true }))(x, { initialState: states });
    expect(shapes(list)).equal(",4 ,2 ,2 ,2 ,2");
    const apart: Tensor[] = bidirectional(lstm(2, { returnState: true }), { mergeMode: null })(x);
    expect(shapes(apart)).equal(",2 ,2 ,2 ,2 ,2 ,2");
    expect(() => bidirectional(lstm(2))(x, { initialState: states.slice(1) })).throw("states of both layers");
  });

  it("copies what the layer was told, and refuses what doesn't fit", () => {
    const both = bidirectional(lstm(2, { trainable: false, returnSequences: true, activation: "relu" }));
    both(input([steps, features]));
    expect(both.trainableWeights.length).equal(0);
    expect(both.forwardLayer.activation.name).equal("relu");
    expect(both.weights.map((weight) => weight.path.replace(/_\d+/g, ""))).deep.equal([
      "bidirectional/forward_lstm/lstm_cell/kernel",
      "bidirectional/forward_lstm/lstm_cell/recurrent_kernel",
      "bidirectional/forward_lstm/lstm_cell/bias",
      "bidirectional/backward_lstm/lstm_cell/kernel",
      "bidirectional/backward_lstm/lstm_cell/recurrent_kernel",
      "bidirectional/backward_lstm/lstm_cell/bias",
    ]);
    const again = layers.deserialize({ class_name: "Bidirectional", config: both.getConfig() });
    expect(again.getConfig()).deep.equal(both.getConfig());
    const pair = (options: object): unknown => bidirectional(lstm(2), { backwardLayer: lstm(2, options) });
    expect(() => pair({})).throw("opposite directions");
    expect(() => pair({ goBackwards: true, returnSequences: true })).throw("returnSequences must be the same");
    expect(() => bidirectional(dense(2))).throw("expects a recurrent layer");
    expect(() => bidirectional(lstm(2), { mergeMode: "max" as never })).throw("mergeMode must be");
  });
});

describe("timeDistributed", () => {
  it("walks over sentences of words: the mask of words goes inside, that of sentences on", async () => {
    // Sentences of words; 0 is no word.
    const text: View = { shape: [2, 3, 2], dtype: "int32", data: Int32Array.of(1, 2, 3, 0, 0, 0, 2, 0, 0, 0, 4, 4) };
    const words = input([3, 2], { dtype: "int32" });
    const vectors = embedding(5, features, { maskZero: true })(words);
    const inner = simpleRNN(units);
    const outer = gru(units, { returnSequences: true });
    const sentences = timeDistributed(inner)(vectors);
    expect(sentences.shape).deep.equal([null, 3, units]);
    expect(sentences.mask?.shape).deep.equal([null, 3]);
    const network = model({ inputs: words, outputs: outer(sentences) });
    const { outputs, masks } = await run(network, text);
    expect([...(masks[0] as View).data]).deep.equal([1, 1, 0, 1, 0, 1]);
    // A masked sentence repeats the output before it.
    const data = [...(outputs[0] as View).data];
    expect(data.slice(4, 6)).deep.equal(data.slice(2, 4));
    expect(data.slice(8, 10)).deep.equal(data.slice(6, 8));
    // Padding in a sentence changes nothing: the same words, walked over without it.
    const [table, ...own] = network.weights.map((weight, i) => numbers(weight.shape, i + 2)) as [View, ...View[]];
    const alone = simpleRNN(units);
    const word = Float32Array.from(table.data.slice(3 * features, 4 * features));
    alone(placeholder([1, 1, features], "float32", "x"));
    const feeds = new Map(alone.weights.map((weight, i): [Tensor, View] => [weight.tensor, own[i] as View]));
    const single = await run(alone, { shape: [1, 1, features], dtype: "float32", data: word }, { feeds });
    const within = await run(model({ inputs: words, outputs: sentences }), text);
    expectClose({ ...(single.outputs[0] as View) }, [...(within.outputs[0] as View).data].slice(2, 4));
  });

  it("keeps the mask of the steps, and refuses what it can't apply", () => {
    const x = masking()(input([steps, features]));
    expect(timeDistributed(dense(3))(x).mask?.shape).deep.equal([null, steps]);
    expect(() => timeDistributed(dense(3))(input([4]))).throw("expects [batch, steps, …]");
    expect(() => timeDistributed(lstm(3, { returnState: true }) as never)(input([2, 3, 4]))).throw("one output");
  });

  it("trains the layer inside in the mode of the whole", async () => {
    const layer = timeDistributed(dropout(0.5));
    const x = numbers([8, steps, features]);
    const still = await run(layer, x);
    expect([...(still.outputs[0] as View).data]).deep.equal([...x.data]);
    const moved = await run(layer, x, { training: true });
    expect([...(moved.outputs[0] as View).data].filter((value) => value === 0).length).within(10, 54);
  });
});
