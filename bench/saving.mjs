// npm run build && node bench/saving.mjs [--folder F]
// Saves the image+text model at full size (411 million weights, 4.6 GiB with its optimizer), loads it in another process, and compares:
// predictions and the next loss must be the same bits. Prints seconds, and how much more memory than before was resident at most.
// Needs 10 GB of disk for as long as it runs, and 8 GB of memory.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { tasks, trainingData } from "./tasks.mjs";

const { values: options } = parseArgs({
  options: { folder: { type: "string", default: tmpdir() }, run: { type: "string" }, file: { type: "string" } },
});
const task = tasks["image-text-full"];

/** Numbers of no meaning, the same in every process. */
function data() {
  const { inputs, labels } = trainingData(task, 1);
  return { x: inputs, y: labels };
}

async function make(weft) {
  const { weftModel } = await import("./weftModel.mjs");
  weft.configure({ seed: 1 });
  const m = weftModel(task);
  m.compile({ optimizer: "adam", loss: task.loss, metrics: ["accuracy"] });
  return m;
}

/** Runs `work`; its result, seconds, and megabytes that were resident beyond those at its begin. */
async function watched(work) {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  const began = performance.now();
  const result = await work();
  clearInterval(timer);
  return { result, seconds: (performance.now() - began) / 1000, megabytes: (most - before) / 1e6 };
}

/** What the model says now, and its next loss, as they are to the bit. */
async function facts(m, { x, y }) {
  const predicted = [...(await m.predict(x, { batchSize: task.batch, verbose: 0 })).data];
  const logs = await m.trainOnBatch(x, y);
  return { predicted, loss: logs.loss };
}

async function save(file) {
  const weft = await import("../dist/lib/index.js");
  const { x, y } = data();
  const m = await make(weft);
  for (let step = 0; step < 2; step++) await m.trainOnBatch(x, y);
  const { seconds, megabytes } = await watched(() => m.save(file));
  return { seconds, megabytes, ...(await facts(m, { x, y })) };
}

async function load(file) {
  const weft = await import("../dist/lib/index.js");
  const { result, seconds } = await watched(() => weft.load(file));
  return { seconds, ...(await facts(result, data())) };
}

if (options.run) {
  console.log(JSON.stringify(await (options.run === "save" ? save : load)(options.file)));
} else {
  const folder = mkdtempSync(join(options.folder, "saving-"));
  const file = join(folder, "model.keras");
  const run = (mode) => {
    const args = [fileURLToPath(import.meta.url), "--run", mode, "--file", file];
    const ran = spawnSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    if (ran.status !== 0) throw new Error(`it failed to ${mode}`);
    return JSON.parse(ran.stdout.trim().split("\n").at(-1));
  };
  try {
    const saved = run("save");
    const gibibytes = (statSync(file).size / 2 ** 30).toFixed(2);
    console.log(`saved ${gibibytes} GiB in ${saved.seconds.toFixed(1)} s, with ${saved.megabytes.toFixed(0)} MB more`);
    const loaded = run("load");
    console.log(`loaded in ${loaded.seconds.toFixed(1)} s`);
    const same = JSON.stringify([saved.predicted, saved.loss]) === JSON.stringify([loaded.predicted, loaded.loss]);
    console.log(
      `next loss ${saved.loss} here, ${loaded.loss} there; predictions and loss ${same ? "are" : "AREN'T"} the same bits`,
    );
    if (!same) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
