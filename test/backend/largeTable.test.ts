// An embedding that is kept in shards learns as a small one does that has the rows in use and no others.

import { expect } from "chai";
import { shardsOf } from "../../lib/backend/weights.js";
import { Weight } from "../../lib/graph/weight.js";
import { dense, embedding, flatten, input, model } from "../../lib/index.js";

const rows = 1_200_000;
const width = 64;
const shards = shardsOf(new Weight({ name: "embeddings", shape: [rows, width], initializer: "zeros" })) ?? [];

/** The first and last row of every shard, and some between. */
const used = shards.flatMap(({ start, count }) => [start, start + Math.floor(count / 3), start + count - 1]);

function made(size: number) {
  const x = input([4], { dtype: "int32" });
  const table = embedding(size, width, { embeddingsInitializer: "zeros" });
  const hidden = dense(8, { activation: "tanh" });
  const m = model({ inputs: x, outputs: dense(1)(hidden(flatten()(table(x)))) });
  return { m, table };
}

describe("an embedding in shards", () => {
  for (const optimizer of ["sgd", "adam"] as const)
    it(`predicts and learns by ${optimizer} as one in one piece`, async function () {
      this.timeout(60_000);
      expect(shards.length).to.be.greaterThan(4);
      const large = made(rows);
      const small = made(used.length);
      const start = Array.from({ length: used.length * width }, (_, i) => Math.sin(i * 1.7));
      const data = new Float32Array(rows * width);
      for (const [i, row] of used.entries()) data.set(start.slice(i * width, (i + 1) * width), row * width);
      await small.table.setWeights([Float32Array.from(start)]);
      const others = (await small.m.getWeights()).slice(1);
      await large.m.setWeights([data, ...others]);

      // Some rows come several times in a batch.
      const samples = 12;
      const picks = Array.from({ length: samples * 4 }, (_, i) => (i * i + 3 * i) % used.length);
      const toLarge = Int32Array.from(picks, (pick) => used[pick] as number);
      const toSmall = Int32Array.from(picks);
      const labels = Float32Array.from({ length: samples }, (_, i) => Math.cos(i));
      const numbers = async ({ m }: typeof large, x: Int32Array) => {
        m.compile({ optimizer, loss: "mse" });
        const before = (await m.predict(x)).data;
        const { history } = await m.fit(x, labels, { epochs: 3, batchSize: 6, shuffle: false, verbose: 0 });
        return { before: [...before], losses: history["loss"], after: [...(await m.predict(x)).data] };
      };
      const [one, other] = [await numbers(large, toLarge), await numbers(small, toSmall)];
      expect(one).to.deep.equal(other);
      expect(one.losses?.[2]).to.be.lessThan(one.losses?.[0] as number);
      const step = await large.m.memory({ batchSize: 6 });
      // One piece of the gradient at a time, of 50 MB.
      expect(step.activationBytes, "no copy of the table").to.be.lessThan(60e6);
    });
});
