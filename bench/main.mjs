// npm run bench -- [--only TASK,…] [--peers LIST|all|none] [--json FILE] [--python VENV_PYTHON] [--threads N] [--rounds N] [--limit SECONDS]
// Measures Weft beside its peers. Every contender runs in a process of its own; their timed groups take turns in one run,
// so that a noisy moment of the machine hits all of them.

import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { Contender } from "./contender.mjs";
import { contenders, installPeers, peersFor } from "./peers.mjs";
import { tasks } from "./tasks.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    peers: { type: "string" },
    json: { type: "string" },
    python: { type: "string" },
    threads: { type: "string" },
    rounds: { type: "string", default: "7" },
    limit: { type: "string", default: "60" },
    help: { type: "boolean", default: false },
  },
});

/**
 * @typedef {{ task: string, contender: string, version: string | null, batch: number, threads: number | null,
 *   minMs: number | null, medianMs: number | null, gflops?: number, peakRssBytes: number | null, note: string }} Row
 */

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const progress = (text) => process.stderr.write(`${text}\n`);

/** What one contender has shown on one task so far. */
class Entry {
  samples = { step: [], fit: [] };
  peakRssBytes = 0;
  spentMs = 0;
  constructor(name) {
    this.name = name;
  }
}

/** Starts the contender and warms it up; a failure is kept as the entry's note. */
async function prepare(entry, task, limitMs) {
  entry.process = new Contender(contenders[entry.name], options);
  const about = await entry.process.ask(
    { do: "prepare", task, contender: entry.name, warmUpMs: task.heavy ? 100 : 1000, longestFitMs: limitMs / 3 },
    limitMs,
  );
  entry.about = about;
}

async function runOnce(entry, task, limitMs) {
  const start = performance.now();
  const answer = await entry.process.ask({ do: "run", groupMs: 250, iterations: task.heavy ? 3 : 1 }, limitMs);
  entry.spentMs += performance.now() - start;
  entry.samples.step.push(...answer.samples.step);
  entry.samples.fit.push(...answer.samples.fit);
  entry.peakRssBytes = Math.max(entry.peakRssBytes, answer.peakRssBytes);
}

/** Runs `work` and turns a failure into the entry's note. */
async function guarded(entry, taskName, work) {
  try {
    await work();
  } catch (error) {
    entry.failure = error.message;
    progress(`  ${taskName}: ${entry.name} stops: ${entry.failure}`);
    await entry.process?.stop();
  }
}

/** All contenders stay alive and take turns. */
async function takeTurns(entries, taskName, task, rounds, limitMs) {
  for (const entry of entries) {
    progress(`  ${taskName}: ${entry.name} warms up`);
    await guarded(entry, taskName, () => prepare(entry, task, limitMs));
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      if (entry.failure !== undefined) continue;
      if (entry.spentMs > limitMs) {
        if (!entry.cut) progress(`  ${taskName}: ${entry.name} gets no further round: ${options.limit} s are used up`);
        entry.cut = true;
        continue;
      }
      // Thread pools spin for a while after their work; the next contender should not pay for that.
      await pause(30);
      await guarded(entry, taskName, () => runOnce(entry, task, limitMs));
    }
  }
  for (const entry of entries) await entry.process?.stop();
}

/** For tasks of several GB: only one contender is alive at a time, started afresh in every round. */
async function alternate(entries, taskName, task, rounds, limitMs) {
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      if (entry.failure !== undefined) continue;
      progress(`  ${taskName}: ${entry.name}, round ${round + 1} of ${rounds}`);
      await guarded(entry, taskName, async () => {
        await prepare(entry, task, limitMs);
        await runOnce(entry, task, limitMs);
      });
      await entry.process?.stop();
    }
  }
}

/** The faster of single steps and fit, as one row of the report. */
function rowOf(entry, taskName, task) {
  const row = {
    task: taskName,
    contender: entry.name,
    version: entry.about?.version ?? null,
    batch: task.batch,
    threads: entry.about?.threads ?? null,
    minMs: null,
    medianMs: null,
    peakRssBytes: entry.peakRssBytes || null,
    note: "",
  };
  const notes = [];
  if (entry.about?.note) notes.push(entry.about.note);
  const timed = Object.entries(entry.samples).filter(([, samples]) => samples.length > 0);
  if (timed.length > 0) {
    timed.sort(([, a], [, b]) => Math.min(...a) - Math.min(...b));
    const [[mode, samples], other] = timed;
    const sorted = [...samples].sort((a, b) => a - b);
    row.minMs = sorted[0];
    row.medianMs = sorted[Math.floor(sorted.length / 2)];
    if (task.kind === "matmul") row.gflops = (2 * task.size ** 3 * task.count) / row.minMs / 1e6;
    else notes.push(other ? `${mode} (${other[0]}: ${format(Math.min(...other[1]))} ms)` : mode);
    notes.push(`${samples.length} samples`);
  }
  if (entry.failure !== undefined) notes.push(entry.failure);
  row.note = [...notes, contenders[entry.name].python ? "" : `Node ${process.versions.node}`]
    .filter(Boolean)
    .join("; ");
  return row;
}

const format = (x) => (x === null || x === undefined ? "-" : x >= 100 ? x.toFixed(0) : x.toPrecision(3));

function printTable(rows) {
  const lines = [
    ["task", "contender", "version", "batch", "threads", "min ms", "median ms", "GFLOPS", "peak MB", "note"],
  ];
  for (const row of rows) {
    const peak = row.peakRssBytes === null ? "-" : (row.peakRssBytes / 1e6).toFixed(0);
    const head = [row.task, row.contender, row.version ?? "-", row.batch, row.threads ?? "-"];
    lines.push([...head, format(row.minMs), format(row.medianMs), format(row.gflops), peak, row.note].map(String));
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) {
    const cells = line.map((cell, i) => (i < 3 || i === 9 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
}

async function main() {
  if (options.help) {
    process.stdout.write(
      "npm run bench -- [--only TASK,...] [--peers LIST|all|none] [--json FILE] [--python VENV_PYTHON] [--threads N] [--rounds N] [--limit SECONDS]\n" +
        `tasks: ${Object.keys(tasks).join(", ")}\ncontenders: ${Object.keys(contenders).join(", ")}\n`,
    );
    return;
  }
  const chosen = options.only?.split(",") ?? Object.keys(tasks);
  for (const name of chosen) {
    if (!(name in tasks)) throw new Error(`unknown task ${name}; the tasks are ${Object.keys(tasks).join(", ")}`);
  }
  const peers = peersFor(options);
  installPeers(peers);
  const machine = `${cpus()[0]?.model ?? "unknown CPU"}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}`;
  progress(machine);

  /** @type {Row[]} */
  const rows = [];
  for (const taskName of chosen) {
    const task = tasks[taskName];
    const entries = peers.filter((name) => contenders[name].kinds.includes(task.kind)).map((name) => new Entry(name));
    const limitMs = Number(options.limit) * 1000 * (task.heavy ? 3 : 1);
    progress(`${taskName}: ${task.note}`);
    for (const entry of entries) {
      if (!task.heavy || !contenders[entry.name].slow) continue;
      entry.failure = "skipped: one step would take minutes";
      progress(`  ${taskName}: ${entry.name} is ${entry.failure}`);
    }
    if (task.heavy) await alternate(entries, taskName, task, Math.min(3, Number(options.rounds)), limitMs);
    else await takeTurns(entries, taskName, task, Number(options.rounds), limitMs);
    rows.push(...entries.map((entry) => rowOf(entry, taskName, task)));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  }
  printTable(rows);
}

main().catch((error) => {
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 1;
});
