// Exports every sample of files for TensorFlow.js, loads it there, and compares predictions.
// usage: node check_tfjs.mjs FOLDER, with @tensorflow/tfjs-layers, -core and -backend-cpu in FOLDER/node_modules

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { configure } from "../../dist/lib/index.js";
import { fileSamples } from "../../dist/test/laws/fileSamples.js";

const [packages] = process.argv.slice(2);
const require = createRequire(resolve(packages, "package.json"));
const core = require("@tensorflow/tfjs-core");
const layers = require("@tensorflow/tfjs-layers");
require("@tensorflow/tfjs-backend-cpu");

await configure({ backend: "js" });
await core.setBackend("cpu");
const folder = mkdtempSync(join(tmpdir(), "weft-tfjs-"));

/** What a browser would fetch. */
function files() {
  const json = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
  const [{ paths, weights }] = json.weightsManifest;
  const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))));
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return { modelTopology: json.modelTopology, weightSpecs: weights, weightData };
}

async function check({ make, x }) {
  const model = make();
  await model.export(join(folder, "model.json"));
  const made = await model.predict(x);
  const wanted = "data" in made ? [made] : Object.values(made);
  const other = await layers.loadLayersModel({ load: async () => files() });
  const inputs = x.map(({ data, shape, dtype }) => core.tensor(Array.from(data), [...shape], dtype));
  const outputs = [other.predict(inputs.length === 1 ? inputs[0] : inputs)].flat();
  wanted.forEach(({ data }, i) => {
    const got = outputs[i].dataSync();
    const apart = Math.max(...Array.from(data, (value, j) => Math.abs(value - got[j]) / (1 + Math.abs(value))));
    if (got.length !== data.length || !(apart < 1e-4)) throw new Error(`output ${i}: apart by ${apart}`);
  });
}

let passing = 0;
let failing = 0;
let refused = 0;
for (const sample of fileSamples()) {
  try {
    await check(sample);
    passing++;
  } catch (error) {
    if (error.name === "ValueError" && /TensorFlow\.js|Keras 2|Keras 3/.test(error.message)) refused++;
    else {
      failing++;
      console.log(`${sample.name}: ${error.message.split("\n")[0]}`);
    }
  }
}
rmSync(folder, { recursive: true });
console.log(`TensorFlow.js ${layers.version_layers}, ${refused} refused\n  ${passing} passing\n  ${failing} failing`);
process.exit(failing > 0 || passing === 0 ? 1 : 0);
