// Memory and time of a thousand cells, one kind in each process: node bench/cells.mjs [--cells 1000] [--only names]
// Resident memory is read before a pause, as a notebook that runs all its cells has it, and after one.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MessageChannel } from "node:worker_threads";

const kinds = {
  names: (i) => `const x${i} = ${i}`,
  expressions: (i) => `${i} + 1`,
  models: () =>
    'import { dense, input, model } from "weft"; const x = input([8]); const m = model({ inputs: x, outputs: dense(4)(x) }); m',
};
/** The first cells warm up. */
const warm = 200;
/** Longer than the compiler's thread waits before it gives memory back. */
const pauseMs = 6000;

const { values } = parseArgs({
  options: { cells: { type: "string", default: "1000" }, only: { type: "string" }, run: { type: "string" } },
});
const count = Number(values.cells);

if (values.run) await measure(values.run);
else {
  const rows = Object.keys(kinds)
    .filter((kind) => !values.only || kind === values.only)
    .map((kind) => {
      const args = [fileURLToPath(import.meta.url), "--run", kind, "--cells", String(count)];
      const ran = spawnSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
      if (ran.status !== 0) throw new Error(`the cells of ${kind} failed`);
      return JSON.parse(ran.stdout);
    });
  console.log(`Node ${process.versions.node}: cells ${warm} to ${count}`);
  console.table(rows);
}

async function measure(kind) {
  const { createCells } = await import("../dist/kernel/cell/index.js");
  const { bundleOf } = await import("../dist/kernel/display/index.js");
  const root = mkdtempSync(join(tmpdir(), "cells-"));
  const { port1, port2 } = new MessageChannel();
  const options = { root, javascript: false, language: port2, globals: {}, onLibrary() {} };
  const cells = await createCells(options);
  const times = [];
  const rss = [];
  for (let i = 1; i <= count; i++) {
    const began = performance.now();
    const outcome = await cells.run(kinds[kind](i), i);
    times.push(performance.now() - began);
    if (outcome.status !== "ok") throw new Error(outcome.error.message);
    if (outcome.hasValue) await bundleOf(outcome.value);
    if (i === warm || i === count) {
      const now = process.memoryUsage.rss();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      rss.push({ now, rested: process.memoryUsage.rss() });
    }
  }
  await cells.close();
  port1.close();
  rmSync(root, { recursive: true, force: true });
  const [first, last] = rss;
  const megabytes = (bytes) => Math.round(bytes / 1e6);
  const median = (from, to) =>
    Number(
      times
        .slice(from, to)
        .sort((a, b) => a - b)
        [(to - from) >> 1].toFixed(1),
    );
  const row = {
    kind,
    rssMB: megabytes(last.now),
    grownMB: megabytes(last.now - first.now),
    restedMB: megabytes(last.rested),
    restedGrownMB: megabytes(last.rested - first.rested),
    firstMs: median(warm / 2, warm),
    lastMs: median(count - 100, count),
  };
  console.log(JSON.stringify(row));
}
