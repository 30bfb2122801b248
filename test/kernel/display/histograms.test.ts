// Histograms of weights and gradients: what is counted, and how it is shown.

import { expect } from "chai";
import { bundleOf } from "../../../kernel/display/index.js";
import { dense, histograms, input, type Model, model } from "../../../lib/index.js";
import { plugPictures } from "./plugged.js";

function line(): Model {
  const x = input([2], { name: "x" });
  return model({ inputs: x, outputs: dense(1, { name: "<fc>", kernelInitializer: "ones" })(x) });
}

describe("display: histograms of weights", () => {
  plugPictures();

  it("give the gradients that training would see, and change nothing", async () => {
    const m = line();
    m.compile({ optimizer: "sgd", loss: "mean_squared_error" });
    const x = [
      [1, 2],
      [3, 4],
    ];
    // d/dw mean (w·x + b - y)² = mean 2 (w·x + b - y) x, where w·x + b - y is 3 and 6.
    const y = [[0], [1]];
    const gradients = await m.gradients(x, y);
    expect([...gradients].map(([weight, array]) => [weight.path, Array.from(array.data)])).to.deep.equal([
      ["<fc>/kernel", [3 + 18, 6 + 24]],
      ["<fc>/bias", [9]],
    ]);
    const [kernel] = await m.getWeights();
    expect(Array.from(kernel?.data ?? [])).to.deep.equal([1, 1]);
    const found = await histograms(m, x, y);
    expect(found.weights[0]?.gradient).to.deep.include({ min: 21, max: 30, mean: 25.5, notFinite: 0 });
  });

  it("count every number once", async () => {
    const m = line();
    await m.setWeights([[[-1], [3]], [Number.NaN]]);
    const [kernel, bias] = (await histograms(m)).weights;
    expect(kernel?.values).to.deep.include({ min: -1, max: 3, mean: 1, deviation: 2, norm: Math.sqrt(10), zeros: 0 });
    expect([kernel?.values.counts[0], kernel?.values.counts.at(-1)]).to.deep.equal([1, 1]);
    expect(bias?.values).to.deep.include({ notFinite: 1 });
    expect(kernel?.gradient).to.equal(null);
  });

  it("show as a table with pictures, say what is odd, and escape names", async () => {
    const m = line();
    await m.setWeights([[[-1], [3]], [Number.NaN]]);
    m.compile({ optimizer: "sgd", loss: "mean_squared_error" });
    const bundle = await bundleOf(await histograms(m, [[0, 0]], [[0]]));
    expect(bundle["text/html"]).to.contain("⚠ 1 not finite").and.contain("&lt;fc&gt;/kernel").and.not.contain("<fc>");
    expect(bundle["text/plain"]).to.contain("<fc>/bias [1]  1 not finite").and.contain("gradient");
  });

  it("say that gradients need a compiled model", async () => {
    const m = line();
    const thrown = await histograms(m, [[0, 0]], [[0]]).catch((error: Error) => error.message);
    expect(thrown).to.contain("must be compiled before gradients");
  });
});
