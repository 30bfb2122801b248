// Every form that data may take, and the errors for data that doesn't fit.

import assert from "node:assert/strict";
import ndarray from "ndarray";
import { atOnce, inTurns } from "../../lib/graph/turns.js";
import {
  add,
  concatenate,
  configure,
  type DataStructure,
  dense,
  embedding,
  flatten,
  globalAveragePooling1d,
  input,
  type Model,
  model,
} from "../../lib/index.js";
import { permutation } from "../../lib/train/batches.js";
import { Column, toColumn } from "../../lib/train/column.js";
import { messageOf } from "./thrown.js";

function identity(shape: readonly number[] = [2]): Model {
  const x = input(shape, { name: "x" });
  return model({ inputs: x, outputs: add([x, x]), name: "twice" });
}

const doubled = async (x: DataStructure, shape?: readonly number[]): Promise<number[]> => [
  ...(await identity(shape).predict(x)).data,
];

describe("data", () => {
  before(() => configure({ backend: "js" }));

  it("comes as nested lists, typed arrays, shaped data and ndarrays", async () => {
    assert.deepEqual(
      await doubled([
        [1, 2],
        [3, 4],
      ]),
      [2, 4, 6, 8],
    );
    assert.deepEqual(await doubled([Float32Array.of(1, 2), Float32Array.of(3, 4)]), [2, 4, 6, 8]);
    assert.deepEqual(await doubled(Uint8Array.of(1, 2, 3, 255)), [2, 4, 6, 510]);
    assert.deepEqual(await doubled({ data: [1, 2, 3, 4], shape: [2, 2] }), [2, 4, 6, 8]);
    assert.deepEqual(await doubled(ndarray(Int16Array.of(1, 2, 3, 4), [2, 2])), [2, 4, 6, 8]);
    assert.deepEqual(await doubled([ndarray(Float64Array.of(1, 2, 3, 4), [2, 2])]), [2, 4, 6, 8]);
    assert.deepEqual(await doubled([ndarray([1, 2], [2]), ndarray([3, 4], [2])]), [2, 4, 6, 8]);
    assert.deepEqual(await doubled([[true, false]]), [2, 0]);
  });

  it("follows the strides of views", async () => {
    const whole = ndarray(
      Float32Array.from({ length: 12 }, (_, i) => i),
      [3, 4],
    );
    assert.deepEqual(await doubled(whole.transpose(1, 0).lo(1, 1)), [10, 18, 12, 20, 14, 22]);
    assert.deepEqual(await doubled(whole.step(-1, 2)), [16, 20, 8, 12, 0, 4]);
    const cube = ndarray(
      Float32Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    assert.deepEqual(await doubled(cube.pick(null, null, 1).hi(2, 2)), [2, 10, 26, 34]);
  });

  it("may lack a last dimension of size 1", async () => {
    assert.deepEqual(await doubled([1, 2, 3], [1]), [2, 4, 6]);
    assert.deepEqual(await doubled({ data: [1, 2], shape: [1, 2, 1] }), [2, 4]);
  });

  it("is refused, with what was expected and what came", async () => {
    const say = (x: DataStructure, name = "ShapeError"): Promise<string> => messageOf(name, () => doubled(x));
    assert.match(await say([[1, 2, 3]]), /functional "twice" expects \[batch, 2\] for input "x", received \[1, 3\]/);
    assert.match(await say([1, 2, 3]), /a single sample needs a dimension for the batch in front/);
    assert.match(await say([[1, 2], [3]]), /ragged: \[1\] has 1 values, where the first has 2/);
    assert.match(await say(Float32Array.of(1, 2, 3)), /3 numbers without a shape don't make whole samples/);
    assert.match(await say({ data: [1, 2, 3], shape: [2, 2] }), /3 numbers don't fill the shape \[2, 2\]/);
    assert.match(await say([["1", 2]] as never, "ValueError"), /x"\[0\]\[0\] is a string, not a number/);
    assert.match(await say([], "ValueError"), /received empty data/);
    assert.match(await say({ y: [[1, 2]] }, "NameError"), /known: x/);
    assert.match(
      await say(
        [
          [1, 2],
          [Number.NaN, 4],
        ],
        "ValueError",
      ),
      /input "x" holds NaN at sample 1/,
    );
    assert.match(await say(undefined as never, "ValueError"), /no data for input "x"/);
  });

  it("must agree in number and length for several inputs", async () => {
    const [a, b] = [input([1], { name: "a" }), input([1], { name: "b" })];
    const m = model({ inputs: [a, b], outputs: dense(1)(concatenate([a, b])), name: "pair" });
    m.compile({ optimizer: "sgd", loss: "mse" });
    assert.match(await messageOf("ValueError", () => m.predict([[1]])), /expected 2 arrays \(a, b\), received 1/);
    assert.match(
      await messageOf("ShapeError", () => m.predict([[1, 2], [1]])),
      /input "b" has 1 samples, input "a" has 2/,
    );
    assert.match(await messageOf("ValueError", () => m.predict({ a: [1] })), /no data for input "b"/);
    assert.match(
      await messageOf("ShapeError", () =>
        m.fit(
          [
            [1, 2],
            [1, 2],
          ],
          [1],
        ),
      ),
      /labels of .* has 1 samples/,
    );
    assert.match(await messageOf("ValueError", () => m.fit([[1], [1]])), /needs labels for dense/);
    assert.match(
      await messageOf("ShapeError", () => m.fit([[1], [1]], [[1, 2, 3]])),
      /expects labels of shape \[batch, 1\]/,
    );
    assert.match(
      await messageOf("ValueError", () => m.fit([[1], [1]], [1], { batchSize: 0 })),
      /batchSize must be a whole number from 1/,
    );
    assert.match(
      await messageOf("ValueError", () => m.fit([[1], [1]], [1], { validationSplit: 0.5 })),
      /leaves nothing to train on/,
    );
  });

  it("must stay within an embedding's rows, also of a nested model", async () => {
    const tokens = input([3], { name: "tokens", dtype: "int32" });
    const inner = model({
      inputs: tokens,
      outputs: globalAveragePooling1d()(embedding(5, 2, { name: "words" })(tokens)),
    });
    const text = input([3], { name: "text" });
    const m = model({ inputs: text, outputs: inner(text) });
    await m.predict([[0, 4, 1]]);
    assert.match(
      await messageOf("ValueError", () =>
        m.predict([
          [0, 1, 2],
          [0, 5, 1],
        ]),
      ),
      /embedding "words" has rows 0 to 4, but input "text" holds 5 at sample 1/,
    );
  });

  it("has labels that fit the loss", async () => {
    const x = input([2]);
    const m = model({ inputs: x, outputs: dense(3, { activation: "softmax", name: "kind" })(x) });
    m.compile({ optimizer: "sgd", loss: "sparse_categorical_crossentropy" });
    assert.match(
      await messageOf("ValueError", () => m.fit([[1, 2]], [3])),
      /class numbers from 0 to 2 for "kind", received 3/,
    );
    assert.match(
      await messageOf("ShapeError", () => m.fit([[1, 2]], [[0, 1, 0]])),
      /for one-hot labels use "categorical_crossentropy"/,
    );
    m.compile({ optimizer: "sgd", loss: "categorical_crossentropy" });
    assert.match(await messageOf("ShapeError", () => m.fit([[1, 2]], [2])), /labels/);
  });

  it("weighs samples and classes", async () => {
    const x = input([1]);
    const m = model({ inputs: x, outputs: dense(1, { kernelInitializer: "ones" })(x) });
    m.compile({ optimizer: "sgd", loss: "mse", weightedMetrics: ["mae"] });
    const scores = await m.evaluate([1, 2], [0, 0], { sampleWeight: [1, 0] });
    assert.deepEqual(scores, { loss: 0.5, mae: 1 });
    m.resetMetrics();
    const logs = await m.testOnBatch([1, 2], [0, 1], { classWeight: { 0: 2, 1: 4 } });
    assert.deepEqual(logs, { loss: 3, mae: 1 });
    assert.match(
      await messageOf("ValueError", () => m.fit([1], [1], { classWeight: { 0: 1 }, sampleWeight: [1] })),
      /not both/,
    );
  });

  it("is shuffled by a permutation that follows from the seed", () => {
    const order = atOnce(permutation(100, 1));
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => i),
    );
    assert.deepEqual(atOnce(permutation(100, 1)), order);
    assert.notDeepEqual(atOnce(permutation(100, 2)), order);
  });

  it("is looked at in pieces, and errors still name the right sample", async () => {
    const many = 300_000;
    const x = input([1], { name: "x" });
    const m = model({ inputs: x, outputs: dense(3, { activation: "softmax" })(x) });
    m.compile({ loss: "sparse_categorical_crossentropy" });
    const labels = new Int32Array(many);
    labels[234_567] = 3;
    assert.match(
      await messageOf("ValueError", () => m.fit(new Float32Array(many), labels)),
      /received 3 at sample 234567/,
    );
    const samples = Array.from({ length: many }, () => [0]);
    samples[200_001] = [0, 1];
    assert.match(
      await messageOf("ShapeError", () => m.fit(samples, new Int32Array(many))),
      /ragged: \[200001\] has 2 values, where the first has 1/,
    );
    const numbers = new Float32Array(many);
    numbers[299_999] = Number.NaN;
    assert.match(await messageOf("ValueError", () => m.predict(numbers)), /NaN at sample 299999/);
  });

  it("is converted while the event loop goes on", async () => {
    const rows = Array.from({ length: 20_000 }, () => Array.from({ length: 50 }, (_, i) => i));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const column = await inTurns(toColumn("x", rows, () => null));
    clearInterval(timer);
    assert.ok(turns > 1);
    assert.deepEqual(column.shape, [20_000, 50]);
    assert.deepEqual(Array.from(column.flat()).slice(-2), [48, 49]);
  });

  it("flattens large rows the way they lie", () => {
    const column = new Column(
      "x",
      [3, 20],
      Uint8Array.from({ length: 60 }, (_, i) => i),
    );
    const target = new Float32Array(40);
    column.copyRow(2, target, 20);
    assert.equal(target[39], 59);
    assert.deepEqual(
      Array.from(column.rows(1, 2).flat()),
      Array.from({ length: 20 }, (_, i) => 20 + i),
    );
    assert.equal(flatten().name.startsWith("flatten"), true);
  });
});
