// TensorFlow.js's layers models: what is exported is read again; what can't be said there is refused. (.ci/run tfjs loads them there.)

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ValueError } from "../../../lib/graph/errors.js";
import { configure, dense, input, load, model } from "../../../lib/index.js";
import { fromKerasTwo } from "../../../lib/train/save/kerasTwo.js";
import { type AnyModel, type FileSample, fileSamples } from "../../laws/fileSamples.js";

async function predicted(m: AnyModel, { x }: FileSample): Promise<number[][]> {
  const made = await m.predict(x as never);
  const list = "data" in made ? [made] : Object.values(made as Record<string, { data: Float32Array }>);
  return list.map(({ data }) => [...(data as Float32Array)]);
}

describe("TensorFlow.js's layers models", () => {
  let folder = "";
  let path = "";
  before(() => configure({ backend: "js" }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
    path = join(folder, "model.json");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("are read as they were exported, or refused with the reason", async () => {
    const refused: string[] = [];
    let read = 0;
    for (const sample of fileSamples()) {
      const m = sample.make();
      const error = await m.export(path).then(
        () => null,
        (reason: Error) => reason,
      );
      if (error) {
        expect(error, `${sample.name}: ${error.stack}`).instanceOf(ValueError);
        refused.push(sample.name);
        continue;
      }
      expect(await predicted(await load(path), sample), sample.name).deep.equal(await predicted(m, sample));
      read++;
    }
    expect(read).greaterThan(150);
    expect(refused).include.members(["layer MultiHeadAttention 0", "activation hard_sigmoid", "layer ReLU 0"]);
  }).timeout(60_000);

  it("lie in shards of four megabytes", async () => {
    const x = input([1500]);
    const m = model({ inputs: x, outputs: dense(1000, { name: "large" })(x) });
    await m.export(path);
    expect((await readdir(folder)).sort()).deep.equal(["group1-shard1of2.bin", "group1-shard2of2.bin", "model.json"]);
    const [kernel] = await (await load(path)).getWeights();
    expect(kernel?.data).deep.equal((await m.getWeights())[0]?.data);
  });

  it("that are damaged, or name other files, are refused", async () => {
    const x = input([3]);
    await model({ inputs: x, outputs: dense(2, { name: "only" })(x) }).export(path);
    const good = await readFile(path, "utf8");
    const wrong: readonly (readonly [string, RegExp])[] = [
      [
        good.replace("group1-shard1of1.bin", "../secret.bin"),
        /names a shard "\.\.\/secret\.bin" outside of its folder/,
      ],
      [good.replace("group1-shard1of1.bin", "gone.bin"), /there is no file .*gone\.bin/],
      [good.replace('"shape":[3,2]', '"shape":[3,200]'), /its shards have 32 bytes, only\/kernel needs 2400/],
      [good.replace('"shape":[3,2]', '"shape":[-3,2]'), /isn't float32 or int32 numbers of a shape/],
      [good.replace('"dtype":"float32"}', '"dtype":"complex64"}'), /isn't float32 or int32/],
      [good.replace("layers-model", "graph-model").replace('"class_name":"Functional"', '"node":1'), /no layers model/],
      [good.replace('"linear"', '"hardSigmoid"'), /hard_sigmoid/],
      [good.slice(0, 50), /isn't JSON/],
      ["[]", /describes no layers model/],
    ];
    for (const [text, pattern] of wrong) {
      await writeFile(path, text);
      const error = await load(path).catch((reason: Error) => reason);
      expect(error).instanceOf(ValueError);
      expect((error as Error).message).match(pattern);
    }
  });

  it("Keras 2's calls of a nested model begin at its second node", () => {
    const inner = {
      class_name: "Functional",
      name: "inner",
      config: { layers: [] },
      inbound_nodes: [[["x", 0, 0, {}]]],
    };
    const { config } = fromKerasTwo({
      class_name: "Model",
      config: { layers: [inner], input_layers: [["x", 0, 0]], output_layers: [["inner", 1, 0]] },
    });
    expect(config["output_layers"]).deep.equal([["inner", 0, 0]]);
    expect((config["layers"] as { inbound_nodes: unknown }[])[0]?.inbound_nodes).deep.equal([
      { args: [{ class_name: "__keras_tensor__", config: { keras_history: ["x", 0, 0] } }], kwargs: {} },
    ]);
  });
});
