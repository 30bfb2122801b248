// Weights alone: by place, by the names of layers, and what to do where they don't fit.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  bidirectional,
  configure,
  dense,
  globalAveragePooling1d,
  input,
  lstm,
  type Model,
  model,
  timeDistributed,
} from "../../../lib/index.js";
import { fixturePath } from "../../golden/read.js";

/** A recurrent body of named layers, and a head of so many classes. */
function made(classes: number, extra = false): Model {
  const x = input([4, 3]);
  const inner = input([4, 4]);
  const block = model({ inputs: inner, outputs: dense(4, { name: "inside" })(inner), name: "block" });
  let y = block(bidirectional(lstm(2, { returnSequences: true }), { name: "both" })(x));
  if (extra) y = dense(4, { name: "extra" })(y);
  y = timeDistributed(dense(5), { name: "each" })(y);
  return model({ inputs: x, outputs: dense(classes, { name: "head" })(globalAveragePooling1d()(y)) });
}

const numbers = async (m: Model, name: string): Promise<number[]> => {
  const weights = await m.getLayer(name).getWeights();
  return weights.flatMap(({ data }) => [...data]);
};

describe("weights alone", () => {
  let folder = "";
  before(async () => {
    await configure({ backend: "js" });
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const ending of ["weights.h5", "safetensors", "keras"]) {
    it(`of the same model, in .${ending}`, async () => {
      const [from, to] = [made(3), made(3)];
      const path = join(folder, `same.${ending}`);
      await (ending === "keras" ? from.save(path) : from.saveWeights(path));
      if (ending === "safetensors") {
        // Names count here, and unnamed layers of another model have others.
        const { kept } = await to.loadWeights(path, { skipMismatch: true });
        expect(kept.length).lessThan(to.weights.length);
        await from.loadWeights(path);
      } else {
        await to.loadWeights(path);
        expect(await to.getWeights()).deep.equal(await from.getWeights());
      }
    });
  }

  it("go by name into another model, which keeps its head", async () => {
    const from = made(3);
    const path = join(folder, "named.weights.h5");
    await from.saveWeights(path);
    const to = made(7, true);
    const [head, extra] = [await numbers(to, "head"), await numbers(to, "extra")];
    const wrong = await to.loadWeights(path, { byName: true }).catch((error: Error) => error.message);
    expect(wrong).match(/array \[5, 3\] for head\/kernel, which is \[5, 7\]/);
    const { loaded, kept } = await to.loadWeights(path, { byName: true, skipMismatch: true });
    expect([...kept].sort()).deep.equal(["extra", "head"]);
    expect(loaded.length).greaterThan(3);
    for (const name of ["both", "block", "each"]) expect(await numbers(to, name)).deep.equal(await numbers(from, name));
    expect(await numbers(to, "head")).deep.equal(head);
    expect(await numbers(to, "extra")).deep.equal(extra);
  });

  it("of Keras's older files go by name too", async () => {
    const x = input([16]);
    const m = model({ inputs: x, outputs: dense(2, { name: "mine" })(dense(6, { name: "dense" })(x)) });
    const { loaded, kept } = await m.loadWeights(fixturePath("keras_files/tutorial2_small.h5"), { byName: true });
    expect([loaded, kept]).deep.equal([["dense"], ["mine"]]);
  });

  it("of another model are refused, and change nothing", async () => {
    const path = join(folder, "other.weights.h5");
    await made(3).saveWeights(path);
    const to = made(3, true);
    const before = await to.getWeights();
    const message = await to.loadWeights(path).catch((error: Error) => error.message);
    expect(message).match(/the file is of another model/);
    const x = input([2]);
    const alien = model({ inputs: x, outputs: dense(2, { name: "nowhere" })(x) });
    expect(await alien.loadWeights(path, { byName: true }).catch((error: Error) => error.message)).match(
      /has weights for none of the layers[\s\S]*layers: nowhere/,
    );
    expect(await to.getWeights()).deep.equal(before);
    const other = join(folder, "other.safetensors");
    await made(3).saveWeights(other);
    expect(await alien.loadWeights(other).catch((error: Error) => error.message)).match(
      /has 0 arrays for "nowhere\/kernel"/,
    );
  });
});
