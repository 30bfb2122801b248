// Profiles: they measure the step that trains, leave the model as it was, and name the layers.

import { expect } from "chai";
import { drawLibrary } from "../../../kernel/display/library.js";
import {
  configure,
  dense,
  dropout,
  input,
  lstm,
  type MimeBundle,
  type Model,
  ModelProfile,
  model,
  type ProfiledKernel,
} from "../../../lib/index.js";

const rows = (count: number, width: number): number[][] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: width }, (_, j) => Math.sin(i * 7 + j)));

function mlp(): Model {
  const x = input([12]);
  const inner = input([12]);
  const base = model({ inputs: inner, outputs: dense(32, { name: "first", activation: "tanh" })(inner), name: "base" });
  return model({ inputs: x, outputs: dense(3, { name: "last" })(dropout(0.5)(base(x))), name: "net" }) as Model;
}

const numbersOf = async (m: Model): Promise<number[][]> => (await m.getWeights()).map(({ data }) => Array.from(data));

describe("display: profile", function () {
  this.timeout(20_000);
  before(() => configure({ backend: "wasm" }));

  it("measures a training step, names its layers, and leaves weights and optimizer alone", async () => {
    const m = mlp();
    m.compile({ optimizer: "adam", loss: "mean_squared_error", metrics: ["mae"] });
    const before = await numbersOf(m);
    const profile = await m.profile(rows(40, 12), rows(40, 3), { batchSize: 16, repeats: 3 });
    expect(await numbersOf(m)).to.deep.equal(before);
    expect(m.optimizer?.slots(m.weights[0] as never).size).to.equal(0);
    expect(profile).to.include({ kind: "train", batchSize: 16, name: "net" });
    const names = profile.layers.map(({ layer }) => layer);
    expect(names).to.include.members(["base/first", "last", "loss"]);
    const passes = (layer: string): Set<string> =>
      new Set(profile.kernels.filter((kernel) => kernel.layer === layer).map(({ pass }) => pass));
    expect(passes("base/first")).to.include.all.keys("forward", "backward");
    const product = profile.kernels.find(
      ({ layer, pass, flops }) => layer === "base/first" && pass === "forward" && flops > 0,
    );
    expect(product?.flops).to.be.at.least(2 * 16 * 12 * 32);
    const spent = profile.layers.reduce(
      (sum, { milliseconds }) => sum + milliseconds,
      profile.waiting + profile.overhead,
    );
    expect(spent).to.be.closeTo(profile.milliseconds, profile.milliseconds * 0.01 + 1e-6);
    expect(Math.max(...profile.kernels.map(({ milliseconds }) => milliseconds))).to.be.greaterThan(0);
    for (const spans of profile.workers)
      expect(spans.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).to.be.within(0, profile.milliseconds);
    const [first] = profile.workers;
    for (const { kernel, milliseconds } of first ?? [])
      if (kernel !== null) expect(milliseconds).to.equal(profile.kernels[kernel]?.milliseconds);
  });

  it("takes the slots of an optimizer that has trained, and puts them back", async () => {
    const [x, y] = [rows(16, 12), rows(16, 3)];
    const m = mlp();
    m.compile({ optimizer: "adam", loss: "mean_squared_error" });
    await m.trainOnBatch(x, y);
    const states = (): Promise<number[][]> =>
      Promise.all((m.optimizer?.variables ?? []).map(async ({ tensor }) => Array.from((await tensor.data()).data)));
    const before = [await numbersOf(m), await states()];
    await m.profile(x, y, { repeats: 2 });
    expect([await numbersOf(m), await states()]).to.deep.equal(before);
    // A large weight's segment has no room for more than its own.
    expect(m.weights.map(({ companions }) => companions)).to.deep.equal(m.weights.map(() => 2));
  });

  it("measures predicting without labels, and every turn of a loop", async () => {
    const x = input([5, 4]);
    const m = model({ inputs: x, outputs: lstm(6, { name: "memory" })(x) }) as Model;
    const data = Array.from({ length: 8 }, () => rows(5, 4));
    const profile = await m.profile(data, undefined, { repeats: 2 });
    expect(profile).to.include({ kind: "predict", batchSize: 8 });
    expect(profile.kernels.some(({ layer, executions }) => layer === "memory" && executions === 5)).to.equal(true);
    expect(new Set(profile.kernels.map(({ pass }) => pass))).to.deep.equal(new Set(["forward"]));
  });

  it("says what is missing", async () => {
    const m = mlp();
    const thrown = await m.profile(rows(4, 12), rows(4, 3)).catch((error: Error) => error.message);
    expect(thrown).to.contain("must be compiled before profile");
    const size = await m.profile(rows(4, 12), undefined, { batchSize: 0 }).catch((error: Error) => error.message);
    expect(size).to.contain("batchSize must be a whole number");
  });

  it("draws each kernel and each layer once, within the picture, and escapes names", async () => {
    const kernel = (layer: string, pass: ProfiledKernel["pass"], milliseconds: number): ProfiledKernel => ({
      label: "2x2 dot<add>",
      layer,
      pass,
      milliseconds,
      executions: 1,
      bytes: 4096,
      flops: 1e6,
    });
    const kernels = [kernel("<b>a", "forward", 1), kernel("c", "forward", 2), kernel("<b>a", "backward", 3)];
    const profile = new ModelProfile(
      { name: "<i>net", kind: "train", batchSize: 2 },
      {
        milliseconds: 8,
        kernels,
        workers: [
          [
            { kernel: 0, milliseconds: 1 },
            { kernel: 1, milliseconds: 2 },
            { kernel: null, milliseconds: 1 },
            { kernel: 2, milliseconds: 3 },
          ],
          // Woken half a millisecond later.
          [
            { kernel: 1, milliseconds: 3.5 },
            { kernel: null, milliseconds: 0 },
            { kernel: 2, milliseconds: 2 },
          ],
        ],
      },
    );
    expect(profile.waiting).to.equal(1);
    expect(profile.overhead).to.equal(1);
    expect(profile.layers.map(({ layer, milliseconds }) => [layer, milliseconds])).to.deep.equal([
      ["<b>a", 4],
      ["c", 2],
    ]);
    const bundle = (await drawLibrary(profile)) as MimeBundle;
    const svg = bundle["image/svg+xml"] as string;
    expect(svg.match(/class="weft-layer"/g)).to.have.length(2);
    expect(bundle["text/html"]).not.to.match(/<b>a|<i>net|dot<add>/);
    const boxes = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)].map((box) =>
      box.slice(1).map(Number),
    );
    for (const [x, , wide] of boxes) expect((x as number) + (wide as number)).to.be.at.most(720);
    // A lane for each worker, from left to right without overlap, and both go on from the wait at the same place.
    const lanes = [...svg.matchAll(/<g class="weft-worker">(.*?)<\/g>/gs)].map(([, lane]) =>
      [...(lane as string).matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)].map((box) =>
        box.slice(1).map(Number),
      ),
    ) as [number, number, number][][];
    expect(lanes.map((lane) => lane.length)).to.deep.equal([4, 2]);
    for (const lane of lanes)
      lane.slice(1).forEach(([x], i) => {
        const [start, , wide] = lane[i] as [number, number, number];
        expect(x).to.be.at.least(start + wide - 0.01);
      });
    expect(lanes[0]?.[3]?.[0]).to.equal(360).and.equal(lanes[1]?.[1]?.[0]);
    expect(lanes[1]?.[0]?.[0]).to.equal(45);
    expect(bundle["text/plain"]).to.contain("2 workers compute 75 % and 69 % of the time");
    expect(bundle["text/plain"]).to.contain("Training step of").and.contain("12.5 %");
  });
});
