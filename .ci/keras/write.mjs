// Writes a model for every sample of files, with what it predicts and what its next training step gives, into a folder for check.py.
// usage: node write.mjs FOLDER

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { saveArrays } from "../../dist/lib/index.js";
import { fileSamples } from "../../dist/test/laws/fileSamples.js";

const [folder] = process.argv.slice(2);
// JSON has no NaN.
const number = (value) => (Number.isFinite(value) ? value : String(value));
const plain = ({ shape, data }) => {
  const dtype = data instanceof Int32Array ? "int32" : "float32";
  return { shape: [...shape], dtype, data: Array.from(data, number) };
};

async function predicted(model, x) {
  const made = await model.predict(x);
  return ("data" in made ? [made] : Object.values(made)).map(plain);
}

const lines = [];
for (const { name, make, x, y, steps = 1, random = false } of fileSamples()) {
  const model = make();
  if (y) for (let i = 0; i < steps; i++) await model.trainOnBatch(x, y);
  const file = `${name.replaceAll(" ", "_")}.keras`;
  await model.save(join(folder, file));
  const record = { name, file, json: model.toJSON(), x: x.map(plain), out: await predicted(model, x) };
  await model.export(join(folder, `${file}.onnx`)).then(
    () => {
      record.onnx = `${file}.onnx`;
    },
    (error) => {
      // Only what is said on purpose.
      if (error.name !== "ValueError") throw error;
      record.refused = error.message.split("\n")[0];
    },
  );
  // Some also with their weights in another file.
  if (record.onnx && lines.length % 10 === 0) {
    record.outside = `${file}.outside.onnx`;
    await model.export(join(folder, record.outside), { externalData: true });
  }
  if (y && !random) {
    model.resetMetrics();
    record.y = y.map(plain);
    const logs = await model.trainOnBatch(x, y);
    record.logs = Object.fromEntries(Object.entries(logs).map(([name, value]) => [name, number(value)]));
    record.after = await predicted(model, x);
  }
  lines.push(JSON.stringify(record));
}
const values = {
  x: [
    [1.5, -2, 3],
    [4, 5, 1e-3],
  ],
  i: Int32Array.of(-1, 7),
  b: new Uint8Array([1, 2, 255]),
};
await saveArrays(join(folder, "arrays.npz"), values);
await saveArrays(join(folder, "array.npy"), values.x);
writeFileSync(join(folder, "cases.jsonl"), lines.join("\n"));
console.log(`${lines.length} models written`);
