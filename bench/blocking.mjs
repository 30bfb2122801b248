// node bench/blocking.mjs [--only MODEL,…] [--rounds N]
// How long the main thread is kept from its event loop: the longest block while a model is summarized, fitted for the first
// time (compiling, making weights), fitted again, and asked for predictions. Every round of every model is a process of its own; the
// least of the rounds is printed, as the machine's other work can only lengthen a block. In brackets: the most processor time that the
// thread used in one block, which others can't lengthen (Linux counts it in steps of 4 ms).

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as weft from "../dist/lib/index.js";
import { tasks, trainingData } from "./tasks.mjs";
import { weftModel } from "./weftModel.mjs";

const { values: options } = parseArgs({
  options: { only: { type: "string" }, rounds: { type: "string", default: "3" }, child: { type: "string" } },
});

/** Linux says how long a thread was on a processor; elsewhere there is only the clock. */
function threadMilliseconds() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

/** The longest time between two turns of the event loop while `work` goes on, and the most processor time used in one. */
async function longestBlock(work) {
  const longest = { ms: 0, cpuMs: 0 };
  let last = performance.now();
  let lastCpu = threadMilliseconds();
  const look = () => {
    const now = performance.now();
    const cpu = threadMilliseconds();
    // The timer itself waits for a millisecond.
    longest.ms = Math.max(longest.ms, now - last - 1);
    longest.cpuMs = Math.max(longest.cpuMs, cpu - lastCpu);
    last = now;
    lastCpu = cpu;
  };
  const timer = setInterval(look, 1);
  try {
    await work();
  } finally {
    look();
    clearInterval(timer);
  }
  return longest;
}

const random = (shape, below = 0) => ({ shape, below });

/** A task of the bench, with as many batches. */
function benched(name, batches) {
  const task = tasks[name];
  const data = () => trainingData(task, batches);
  return { make: () => weftModel(task), data, loss: task.loss, batchSize: task.batch };
}

/** Data of these shapes. */
const given = (inputs, labels) => () => ({ inputs: inputs.map(numbers), labels: numbers(labels) });

/** Models by name: each makes a model to compile, and its data. */
const models = {
  "image-text-full": benched("image-text-full", 5),
  "shared-layer": benched("shared-layer", 312),
  "mlp of 10000 x 784": {
    make: ({ input, dense, dropout, model }) => {
      const x = input([784]);
      const hidden = dropout(0.2)(dense(128, { activation: "relu" })(x));
      return model({ inputs: x, outputs: dense(10, { activation: "softmax" })(hidden) });
    },
    data: given([random([10000, 784])], random([10000], 10)),
    loss: "sparse_categorical_crossentropy",
    batchSize: 128,
  },
  "nested lists": {
    make: ({ input, dense, model }) => {
      const x = input([784]);
      return model({ inputs: x, outputs: dense(10, { activation: "softmax" })(x) });
    },
    data: given([{ ...random([2000, 784]), nested: true }], { ...random([2000], 10), nested: true }),
    loss: "sparse_categorical_crossentropy",
    batchSize: 128,
  },
  cnn: {
    make: ({ input, conv2d, maxPooling2d, flatten, dense, dropout, model }) => {
      const x = input([28, 28, 1]);
      const first = maxPooling2d(2)(conv2d(32, 3, { activation: "relu" })(x));
      const second = maxPooling2d(2)(conv2d(64, 3, { activation: "relu" })(first));
      const hidden = dense(128, { activation: "relu" })(dropout(0.25)(flatten()(second)));
      return model({ inputs: x, outputs: dense(10, { activation: "softmax" })(hidden) });
    },
    data: given([random([2000, 28, 28, 1])], random([2000], 10)),
    loss: "sparse_categorical_crossentropy",
    batchSize: 64,
  },
  "deep cnn": {
    make: ({ input, conv2d, batchNormalization, activation, add, globalAveragePooling2d, dense, model }) => {
      const x = input([32, 32, 3]);
      let y = conv2d(16, 3, { padding: "same" })(x);
      for (let block = 0; block < 8; block++) {
        const inner = activation("relu")(batchNormalization()(conv2d(16, 3, { padding: "same" })(y)));
        y = add([y, batchNormalization()(conv2d(16, 3, { padding: "same" })(inner))]);
      }
      return model({ inputs: x, outputs: dense(10, { activation: "softmax" })(globalAveragePooling2d()(y)) });
    },
    data: given([random([64, 32, 32, 3])], random([64], 10)),
    loss: "sparse_categorical_crossentropy",
    batchSize: 16,
  },
  "lstms and a gru": {
    make: ({ input, embedding, bidirectional, lstm, gru, dense, model }) => {
      const x = input([40]);
      const sequences = bidirectional(lstm(64, { returnSequences: true }))(embedding(5000, 32)(x));
      return model({ inputs: x, outputs: dense(1, { activation: "sigmoid" })(gru(512)(sequences)) });
    },
    data: given([random([320, 40], 5000)], random([320, 1], 2)),
    loss: "binary_crossentropy",
    batchSize: 32,
  },
};

function nestedLists(data, shape) {
  if (shape.length === 1) return Array.from(data);
  const size = data.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) =>
    nestedLists(data.subarray(i * size, (i + 1) * size), shape.slice(1)),
  );
}

function numbers({ shape, below, nested = false }) {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = below > 0 ? Math.floor((state / 2 ** 32) * below) : state / 2 ** 32;
  }
  return nested ? nestedLists(data, shape) : { data, shape };
}

/** All phases of one model in this process. */
async function measure(name) {
  const { make, data, loss, batchSize } = models[name];
  const { inputs, labels } = data();
  const x = inputs.length === 1 ? inputs[0] : inputs;
  const model = make(weft);
  const blocks = {};
  blocks.summary = await longestBlock(async () => void model.summary({ print: () => {} }));
  model.compile({ optimizer: "adam", loss, metrics: ["accuracy"] });
  const fit = () => model.fit(x, labels, { batchSize, validationSplit: 0.2, verbose: 0 });
  blocks.fit = await longestBlock(fit);
  blocks.again = await longestBlock(fit);
  blocks.predict = await longestBlock(() => model.predict(x, { batchSize }));
  return blocks;
}

if (options.child !== undefined) {
  process.stdout.write(`@blocks ${JSON.stringify(await measure(options.child))}\n`);
  process.exit(0);
}

const phases = ["summary", "fit", "again", "predict"];
process.stdout.write(`${"longest block, ms".padEnd(26)}${phases.map((phase) => phase.padStart(16)).join("")}\n`);
for (const name of options.only?.split(",") ?? Object.keys(models)) {
  const least = {};
  for (let round = 0; round < Number(options.rounds); round++) {
    const text = execFileSync(process.execPath, [import.meta.filename, "--child", name], { encoding: "utf8" });
    const blocks = JSON.parse(text.split("@blocks ")[1]);
    for (const phase of phases) {
      least[phase] ??= blocks[phase];
      for (const what of ["ms", "cpuMs"]) least[phase][what] = Math.min(least[phase][what], blocks[phase][what]);
    }
  }
  const cells = phases.map((phase) => `${least[phase].ms.toFixed(1)} (${least[phase].cpuMs.toFixed(1)})`);
  process.stdout.write(`${name.padEnd(26)}${cells.map((cell) => cell.padStart(16)).join("")}\n`);
}
