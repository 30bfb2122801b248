// What `normalization` learns from data, and what it refuses. Wanted: numpy's mean and variance.

import { expect } from "chai";
import { input, model, normalization } from "../../lib/index.js";
import { messageOf } from "../train/thrown.js";

const data = [
  [
    [0, 7, 4],
    [2, 9, 6],
  ],
  [
    [0, 7, 4],
    [2, 9, 12],
  ],
];

describe("normalization adapts", () => {
  it("to every feature", async () => {
    const layer = normalization();
    await layer.adapt(data);
    const [mean, variance, count] = await layer.getWeights();
    expect([...(mean?.data ?? [])]).deep.equal([1, 8, 6.5]);
    expect([...(variance?.data ?? [])]).deep.equal([1, 1, 10.75]);
    expect([...(count?.data ?? [])]).deep.equal([0]);
    const x = input([2, 3]);
    const scaled = await model({ inputs: x, outputs: layer(x) }).predict(data);
    expect([...scaled.data.slice(0, 2)]).deep.equal([-1, -1]);
  });

  it("to places along several axes, and to everything at once", async () => {
    const places = normalization({ axis: [1, -1] });
    await places.adapt(data);
    const [means, variances] = await places.getWeights();
    expect([...(means?.data ?? [])]).deep.equal([0, 7, 4, 2, 9, 9]);
    expect([...(variances?.data ?? [])]).deep.equal([0, 0, 0, 0, 0, 9]);
    const whole = normalization({ axis: null, invert: true });
    await whole.adapt(data);
    const [mean] = await whole.getWeights();
    expect(mean?.data[0]).closeTo(62 / 12, 1e-6);
  });

  it("unless its numbers were given, or don't fit", async () => {
    const given = normalization({ mean: [1, 2], variance: [1, 1] });
    expect(await messageOf("StateError", () => given.adapt(data))).match(/was given its mean/);
    const layer = normalization();
    await layer.adapt([[1, 2]]);
    expect(await messageOf("ShapeError", () => layer.adapt([[1, 2, 3]]))).match(/expects \[2\] along axis -1/);
    expect(await messageOf("ValueError", () => normalization({ mean: 1 }))).match(/both mean and variance/);
    expect(await messageOf("ShapeError", () => normalization({ mean: [[1]], variance: [[1]] }))).match(
      /at most 1 axes/,
    );
  });
});
