// Models as graphs: forms of inputs and outputs, sharing, nesting, order, errors, weights, JSON.

import assert from "node:assert/strict";
import ndarray from "ndarray";
import type { Tensor } from "../../lib/graph/tensor.js";
import type { Weight } from "../../lib/graph/weight.js";
import {
  add,
  concatenate,
  configure,
  constraints,
  dense,
  embedding,
  flatten,
  input,
  Layer,
  lstm,
  type Model,
  model,
  modelFromJSON,
  ops,
  sequential,
} from "../../lib/index.js";
import { messageOf } from "./thrown.js";

describe("models", () => {
  before(() => configure({ backend: "js" }));

  it("take and give one tensor, lists or records", async () => {
    const [a, b] = [input([2], { name: "a" }), input([2], { name: "b" })];
    const sum = add([a, b]);
    const rows = { a: [[1, 2]], b: [[10, 20]] };
    const one = model({ inputs: { a, b }, outputs: sum });
    assert.deepEqual([...(await one.predict(rows)).data], [11, 22]);
    assert.deepEqual([...(await one.predict([rows.a, rows.b])).data], [11, 22]);
    const list = model({ inputs: [a, b], outputs: [sum, a] });
    assert.deepEqual(
      (await list.predict(rows)).map((y) => [...y.data]),
      [
        [11, 22],
        [1, 2],
      ],
    );
    const record = model({ inputs: [a, b], outputs: { total: sum, first: a } });
    const made = await record.predict([rows.a, rows.b]);
    assert.deepEqual(
      [[...made.total.data], [...made.first.data]],
      [
        [11, 22],
        [1, 2],
      ],
    );
  });

  it("are layers: nested, shared, called by name", async () => {
    const x = input([2], { name: "inner" });
    const base = model({ inputs: { inner: x }, outputs: dense(1, { kernelInitializer: "ones" })(x), name: "base" });
    const [a, b] = [input([2]), input([2])];
    const outer = model({ inputs: [a, b], outputs: ops.add(base(a), base({ inner: b })) });
    assert.deepEqual([...(await outer.predict([[[1, 2]], [[3, 4]]])).data], [10]);
    assert.equal(outer.weights.length, 2);
    assert.equal(outer.getLayer("base"), base as unknown);
    assert.match(await messageOf("NameError", () => outer.getLayer("bose")), /did you mean "base"/);
    assert.match(await messageOf("NameError", () => base({ iner: a })), /did you mean "inner"/);
    assert.match(
      await messageOf("ShapeError", () => base(input([3]))),
      /expects \[batch, 2\] for "inner", received \[batch, 3\]/,
    );
  });

  it("name the input that an output lacks, or that reaches none", async () => {
    const [a, b] = [input([2], { name: "left" }), input([2], { name: "right" })];
    assert.match(
      await messageOf("ValueError", () => model({ inputs: a, outputs: add([a, b]) })),
      /needs "right", which isn't among its inputs/,
    );
    assert.match(
      await messageOf("ValueError", () => model({ inputs: [a, b], outputs: dense(1)(a) })),
      /input "right" doesn't reach any output/,
    );
    assert.match(
      await messageOf("ValueError", () => model({ inputs: a, outputs: dense(1) as unknown as Tensor })),
      /isn't a tensor/,
    );
  });

  it("read and write weights in Keras's order, or refuse", async () => {
    const x = input([3]);
    const layer = dense(2, { name: "fc" });
    const m = model({ inputs: x, outputs: layer(x) });
    await m.setWeights([
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      new Float32Array([7, 8]),
    ]);
    const [kernel, bias] = await layer.getWeights();
    assert.deepEqual(
      [kernel?.shape, [...(kernel?.data ?? [])], [...(bias?.data ?? [])]],
      [
        [3, 2],
        [1, 2, 3, 4, 5, 6],
        [7, 8],
      ],
    );
    assert.match(
      await messageOf("ShapeError", () => m.setWeights([[[1, 2]], [0, 0]])),
      /fc\/kernel has shape \[3, 2\], received \[1, 2\]/,
    );
    assert.match(await messageOf("ValueError", () => layer.setWeights([[1]])), /has 2 weights, received 1/);
    assert.equal((await m.getWeights())[0]?.get(0, 1), 2);
    // A transposed view is read along its strides.
    await layer.setWeights([ndarray(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]).transpose(1, 0), [0, 0]]);
    assert.deepEqual([...((await layer.getWeights())[0]?.data ?? [])], [1, 4, 2, 5, 3, 6]);
  });

  it("follow from the seed", async () => {
    const make = async (): Promise<number[]> => {
      await configure({ seed: 7 });
      const x = input([3]);
      return [...((await model({ inputs: x, outputs: dense(2)(x) }).getWeights())[0]?.data ?? [])];
    };
    assert.deepEqual(await make(), await make());
  });

  it("survive their JSON, bare ops, options and nesting included", async () => {
    const text = input([4], { name: "text", dtype: "int32" });
    const inner = sequential([input([3]), dense(3, { activation: "relu" })], { name: "inner" });
    const [sequence, h, c] = lstm(3, { returnState: true, returnSequences: true })(
      embedding(7, 3, { maskZero: true })(text),
    ) as unknown as Tensor[];
    const again = lstm(3)(sequence as Tensor, { initialState: [h, c] });
    const m = model({ inputs: text, outputs: { y: ops.multiply(inner(again), 2), h: h as Tensor }, name: "both" });
    const copy = modelFromJSON(m.toJSON());
    assert.deepEqual(
      copy.weights.map((weight) => weight.shape),
      m.weights.map((weight) => weight.shape),
    );
    assert.deepEqual(JSON.parse(copy.toJSON()), JSON.parse(m.toJSON()));
    await copy.setWeights(await m.getWeights());
    const data = [
      [1, 2, 3, 0],
      [6, 0, 0, 0],
    ];
    assert.deepEqual(await copy.predict(data), await m.predict(data));
  });

  it("are sequential, with or without an input in front", async () => {
    const known = sequential([input([2, 2]), flatten(), dense(1)], { name: "chain" });
    assert.equal(known.layers.length, 2);
    assert.match(known.summary({ print: () => undefined }), /Model: "chain"/);
    const later = sequential([flatten(), dense(1)]);
    assert.match(await messageOf("ValueError", () => later.summary()), /isn't built yet/);
    later.compile({ optimizer: "sgd", loss: "mse" });
    await later.fit(
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [1],
      { verbose: 0 },
    );
    assert.deepEqual(later.outputs[0]?.shape, [null, 1]);
    assert.deepEqual(
      (
        await later.predict([
          [
            [1, 2],
            [3, 4],
          ],
        ])
      ).shape,
      [1, 1],
    );
  });

  it("hold custom layers, whose tensors can be evaluated", async () => {
    class Scale extends Layer {
      factor!: Weight;
      override build(): void {
        this.factor = this.addWeight({
          name: "factor",
          shape: [],
          initializer: "ones",
          constraint: constraints.nonNeg(),
        });
      }
      override call(x: Tensor): Tensor {
        return ops.multiply(x, this.factor);
      }
    }
    const x = input([1]);
    const layer = new Scale();
    const m: Model = model({ inputs: x, outputs: layer(x) });
    m.compile({ optimizer: "sgd", loss: "mse" });
    await m.fit([[1]], [[3]], { epochs: 5, verbose: 0 });
    const value = (await layer.getWeights())[0]?.data[0] as number;
    assert.ok(value > 1 && value < 3, String(value));
    assert.deepEqual([...(await ops.add(layer.factor, 1).data()).data], [Math.fround(value + 1)]);
    assert.match(await messageOf("ValueError", () => layer.calls[0]?.[0]?.data()), /which has no numbers/);
  });

  it("say in one line what they are", () => {
    const x = input([4], { name: "x" });
    const m = model({ inputs: x, outputs: dense(2, { name: "y" })(x), name: "m" });
    assert.equal(String(m), 'Functional "m": x [batch, 4] → y [batch, 2], 2 layers, 10 parameters');
  });

  it("summarize the full-size example at once", () => {
    const image = input([224, 224, 3], { name: "image_input" });
    const text = input([50], { name: "text_input" });
    const z = concatenate([
      flatten()(dense(128, { activation: "relu" })(image)),
      lstm(128)(embedding(10000, 64)(text)),
    ]);
    const m = model({
      inputs: [image, text],
      outputs: dense(1, { activation: "sigmoid" })(dense(64, { activation: "relu" })(z)),
    });
    const start = performance.now();
    const made = m.summary({ print: () => undefined });
    const milliseconds = performance.now() - start;
    assert.match(made, /411,789,441 \(1\.53 GB\)/);
    assert.ok(milliseconds < 20, `${milliseconds} ms`);
  });
});
