// A process that trains with a backup every few batches, says a dot for each batch, and at its end the weights and the last epoch's logs.
// usage: node trainer.js FOLDER SEED

import { createHash } from "node:crypto";
import { backupAndRestore, batchNormalization, configure, dense, dropout, input, model } from "../../../lib/index.js";

const [folder, seed] = process.argv.slice(2) as [string, string];
await configure({ backend: "wasm", threads: 1, seed: Number(seed) });
const x = Array.from({ length: 120 }, (_, i) => [Math.sin(i), Math.cos(2 * i), (i % 5) / 5]);
const y = x.map(([a, b, c]) => [(a as number) * (b as number) - (c as number)]);
const a = input([3], { name: "a" });
const hidden = dropout(0.3)(batchNormalization()(dense(8, { activation: "relu" })(a)));
const m = model({ inputs: a, outputs: dense(1)(hidden), name: "same" });
m.compile({ optimizer: "adam", loss: "mse", metrics: ["mae"] });
const dots = { onBatchEnd: () => process.stdout.write(".") };
const callbacks = [backupAndRestore(folder, { saveFreq: 3 }), dots];
const { history } = await m.fit(x, y, { epochs: 12, batchSize: 8, validationSplit: 0.2, verbose: 0, callbacks });
const hash = createHash("sha256");
for (const { data } of await m.getWeights()) hash.update(data as Float32Array);
const last = Object.entries(history).map(([name, values]) => [name, values.at(-1)]);
process.stdout.write(`\n${JSON.stringify([hash.digest("hex"), last])}\n`);
