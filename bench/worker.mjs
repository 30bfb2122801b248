// One contender on one task, in a process of its own. Speaks lines of JSON: the harness writes {do: "prepare" | "run" | "quit"},
// the answer is a line that starts with "@bench ". peers.py speaks the same for the Python contenders.

import readline from "node:readline";
import { trainingData } from "./tasks.mjs";

// Libraries greet on stdout; that would only disturb.
console.log = console.info = console.warn = (...words) => console.error(...words);

const say = (answer) => process.stdout.write(`@bench ${JSON.stringify(answer)}\n`);
const now = () => performance.now();

/** @type {{ step?: () => Promise<unknown>, fit?: (batches: number) => Promise<unknown>, close?: () => unknown, version: string, threads: number, note?: string }} */
let contender;
let task;
let fitBatches = 0;

async function prepare(message) {
  task = message.task;
  const module = await import(`./contenders/${message.contender}.mjs`);
  const made = new Map();
  const data = (batches) => {
    if (!made.has(batches)) made.set(batches, trainingData(task, batches));
    return made.get(batches);
  };
  contender = await module.open(task, data, message.options ?? {});
  const stepMs = await warmUp(contender.step, message.warmUpMs);
  if (contender.fit !== undefined && task.kind === "train") {
    fitBatches = Math.min(task.fitBatches, Math.max(2, Math.ceil(400 / stepMs)));
    if (stepMs * fitBatches < message.longestFitMs) await contender.fit(fitBatches);
    else fitBatches = 0;
  }
  return { version: contender.version, threads: contender.threads, note: contender.note, fitBatches };
}

/** Runs until compilation and memory have settled; the last iteration's milliseconds. */
async function warmUp(step, warmUpMs) {
  const end = now() + warmUpMs;
  let stepMs;
  for (let i = 0; i < 3 || now() < end; i++) {
    const start = now();
    await step();
    stepMs = now() - start;
    if (i > 0 && now() > end) break;
    if (stepMs > 10 * warmUpMs) break;
  }
  return stepMs;
}

/** One group of timed iterations, in milliseconds each: single steps, and fit divided by its batches. */
async function run({ groupMs, iterations }) {
  const samples = { step: [], fit: [] };
  const end = now() + groupMs;
  do {
    const start = now();
    await contender.step();
    samples.step.push(now() - start);
  } while ((now() < end || samples.step.length < iterations) && samples.step.length < 4000);
  if (fitBatches > 0) {
    const start = now();
    await contender.fit(fitBatches);
    samples.fit.push((now() - start) / fitBatches);
  }
  return { samples, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  try {
    if (message.do === "prepare") say(await prepare(message));
    if (message.do === "run") say(await run(message));
  } catch (error) {
    say({ error: String(error?.message ?? error) });
  }
  if (message.do === "quit") break;
}
await contender?.close?.();
// Contenders may hold worker threads that would keep the process alive.
process.exit(0);
