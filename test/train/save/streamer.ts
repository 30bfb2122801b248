// A process that writes or reads a model with one large weight, and says what it predicts and how much memory it took beyond the weight.
// usage: node streamer.js FILE write|read MILLIONS

import { configure, dense, embedding, flatten, input, load, type Model, model } from "../../../lib/index.js";

/** What the process says. */
export interface Streamed {
  readonly predicted: readonly number[];
  /** Peak beyond what the weights take. */
  readonly extraMegabytes: number;
  readonly weightMegabytes: number;
}

const [file, what, millions] = process.argv.slice(2) as [string, string, string];
await configure({ backend: "wasm", threads: 1, seed: what === "write" ? 1 : 2 });
const rows = Number(millions) * 10_000;
const samples = [[0, 1, rows - 1, Math.floor(rows / 2)]];
const megabytes = (bytes: number): number => bytes / 2 ** 20;
const weightMegabytes = megabytes(400 * rows);

function made(): Model {
  const x = input([4], { name: "x", dtype: "int32" });
  return model({ inputs: x, outputs: dense(3)(flatten()(embedding(rows, 100)(x))) });
}

async function write(): Promise<Streamed> {
  const m = made();
  const predicted = [...(await m.predict(samples)).data];
  const before = megabytes(process.memoryUsage.rss());
  await (file.endsWith(".keras") ? m.save(file) : file.endsWith(".onnx") ? m.export(file) : m.saveWeights(file));
  return { predicted, extraMegabytes: process.resourceUsage().maxRSS / 1024 - before, weightMegabytes };
}

async function read(): Promise<Streamed> {
  const before = megabytes(process.memoryUsage.rss());
  const m = file.endsWith(".keras") ? await load(file) : made();
  if (!file.endsWith(".keras")) await m.loadWeights(file);
  const extraMegabytes = process.resourceUsage().maxRSS / 1024 - before - weightMegabytes;
  return { predicted: [...(await m.predict(samples)).data], extraMegabytes, weightMegabytes };
}

process.stdout.write(JSON.stringify(await (what === "write" ? write() : read())));
process.exit();
