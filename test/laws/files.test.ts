// Laws of files: what is saved and loaded predicts the same and trains on the same, for every registered layer, optimizer, loss, metric.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "../../lib/index.js";
import { type AnyModel, type FileSample, fileSamples } from "./fileSamples.js";

/** Predictions as plain numbers. */
async function predicted(model: AnyModel, { x }: FileSample): Promise<number[][]> {
  const made = await model.predict(x as never);
  const list = "data" in made ? [made] : Object.values(made as Record<string, { data: Float32Array }>);
  return list.map(({ data }) => [...(data as Float32Array)]);
}

describe("law: what is saved is what is loaded", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const sample of fileSamples()) {
    it(sample.name, async () => {
      const { make, x, y, steps = 1, random = false, customObjects = {} } = sample;
      const first = make();
      if (y) for (let i = 0; i < steps; i++) await first.trainOnBatch(x as never, y as never);
      const path = join(folder, `${sample.name.replaceAll(" ", "_")}.keras`);
      await first.save(path);
      const second = await load(path, { customObjects });
      expect(JSON.parse(second.toJSON())).deep.equal(JSON.parse(first.toJSON()));
      expect(await predicted(second, sample)).deep.equal(await predicted(first, sample));
      expect(second.optimizer?.getConfig()).deep.equal(first.optimizer?.getConfig());
      if (!y || random) return;
      for (const model of [first, second]) model.resetMetrics();
      const logs = await first.trainOnBatch(x as never, y as never);
      expect(await second.trainOnBatch(x as never, y as never)).deep.equal(logs);
      expect(await predicted(second, sample)).deep.equal(await predicted(first, sample));
    });
  }
});
