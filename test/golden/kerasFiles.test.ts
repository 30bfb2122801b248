// Keras's own files: they load, predict and train on as in Keras, and so do the files that we write of them.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { load, modelFromJSON } from "../../lib/index.js";
import { array, assertClose, cases, fixturePath, type GoldenArray, type GoldenCase } from "./read.js";

type AnyModel = Awaited<ReturnType<typeof load>>;

const tolerance = { rtol: 1e-5, atol: 1e-5 };
/** Fixture numbers as the API takes data. */
const data = ({ shape, data: numbers }: GoldenArray): { shape: number[]; data: Float32Array } => ({
  shape,
  data: numbers as Float32Array,
});
const numbers = (c: GoldenCase, keys: readonly string[]): ReturnType<typeof data>[] =>
  keys.map((key) => data(array(c, key)));

async function predicts(model: AnyModel, c: GoldenCase, outputs: readonly string[], label: string): Promise<void> {
  const made = await model.predict(numbers(c, c["inputs"]));
  const list = (Array.isArray(made) ? made : [made]) as { shape: number[]; data: Float32Array }[];
  expect(list.length).equal(outputs.length);
  outputs.forEach((key, i) => {
    assertClose(list[i] as (typeof list)[number], array(c, key), tolerance, `${label} ${i}`);
  });
}

/** Weights and states are Keras's, and one more step leads where it led there. */
async function follow(model: AnyModel, c: GoldenCase): Promise<void> {
  await predicts(model, c, c["outputs"], "output");
  const weights = await model.getWeights();
  (c["weights"] as { array: string; path: string }[]).forEach((want, i) => {
    expect([...(weights[i]?.data ?? [])]).deep.equal([...array(c, want.array).data], want.path);
  });
  const states = (c["optimizer_variables"] ?? []) as { array: string; path: string }[];
  expect(model.optimizer?.variables.length ?? 0).equal(states.length);
  if (!c["resume"]) return;
  const { targets, outputs_after: after } = c["resume"] as Record<string, string[]>;
  await model.trainOnBatch(numbers(c, c["inputs"]), numbers(c, targets as string[]));
  await predicts(model, c, after as string[], "after one more step");
}

describe("golden: Keras's files", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const c of cases("keras_file")) {
    it(`${c.id} loads, predicts and trains on`, async () => {
      await follow(await load(fixturePath(c["path"])), c);
    });

    it(`${c.id} is the same after being saved here`, async () => {
      const path = join(folder, `${c["name"]}.keras`);
      await (await load(fixturePath(c["path"]))).save(path);
      await follow(await load(path), c);
    });

    if (c["legacy_h5"]) {
      it(`${c.id} loads from Keras's older format, and trains on`, async () => {
        const path = fixturePath(c["legacy_h5"]);
        await follow(await load(path), c);
        const fresh = modelFromJSON((await load(fixturePath(c["path"]))).toJSON());
        await fresh.loadWeights(path);
        await predicts(fresh, c, c["outputs"], "weights");
      });
    }

    it(`${c.id} has its weights in a file of their own`, async () => {
      const whole = await load(fixturePath(c["path"]), { compile: false });
      expect(whole.optimizer).equal(null);
      const paths = ["weights.h5", "safetensors"].map((ending) => join(folder, `${c["name"]}.${ending}`));
      for (const path of paths) await whole.saveWeights(path);
      for (const weights of [...paths, ...(c["weights_h5"] ? [fixturePath(c["weights_h5"])] : [])]) {
        const fresh = modelFromJSON(whole.toJSON());
        await fresh.loadWeights(weights);
        await predicts(fresh, c, c["outputs"], weights);
      }
    });
  }
});
