// A process that saves a model over and over, with all its weights the number of the round, until it is killed.
// usage: node saver.js FILE; exports files that end in .json or .onnx

import { configure, dense, input, model } from "../../../lib/index.js";

const [path] = process.argv.slice(2) as [string];
await configure({ backend: "js" });
const x = input([40]);
const m = model({ inputs: x, outputs: dense(500)(dense(400)(x)) });
for (let round = 1; ; round++) {
  await m.setWeights(m.weights.map(({ shape, size }) => ({ shape, data: new Float32Array(size).fill(round) })));
  await (path.endsWith(".keras") ? m.save(path) : m.export(path, { externalData: true }));
  process.stdout.write(".");
}
