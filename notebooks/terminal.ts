// The main job in a terminal: trains both tutorial models on real digits, with a progress bar, the summary and the loss at each
// epoch.

import cliProgress from "cli-progress";
import { type CallbackHooks, concatenate, dense, embedding, flatten, input, lstm, model } from "../lib/index.js";
import { digits, enlarge, question, side } from "./digits.js";

/** A bar that moves with every batch, and a line for every epoch. */
function progress(steps: number): CallbackHooks {
  const bar = new cliProgress.SingleBar(
    { format: "  {bar} {value}/{total} steps  loss {loss}", hideCursor: true, noTTYOutput: false },
    cliProgress.Presets.shades_classic,
  );
  return {
    onEpochBegin: () => bar.start(steps, 0, { loss: "-" }),
    onBatchEnd: (batch, logs) => bar.update(batch + 1, { loss: logs?.["loss"]?.toFixed(4) ?? "-" }),
    onEpochEnd(epoch, logs = {}) {
      bar.stop();
      console.log(
        `epoch ${epoch + 1}: ${Object.entries(logs)
          .map(([name, value]) => `${name} ${value.toFixed(4)}`)
          .join(", ")}`,
      );
    },
  };
}

/** Two halves of a digit through one shared layer: which digit is it? */
async function sharedLayer(): Promise<void> {
  console.log("\n== One layer shared by two inputs: the top and bottom of a handwritten digit ==\n");
  const count = 2048;
  const [top, bottom, labels] = [
    new Float32Array(count * 128),
    new Float32Array(count * 128),
    new Float32Array(count * 10),
  ];
  digits(count).forEach(({ pixels, label }, i) => {
    // 128 numbers for each half: every third pixel.
    for (let j = 0; j < 128; j++) {
      top[i * 128 + j] = pixels[j * 3] as number;
      bottom[i * 128 + j] = pixels[side * 14 + j * 3] as number;
    }
    labels[i * 10 + label] = 1;
  });
  const a = input([128], { name: "top" });
  const b = input([128], { name: "bottom" });
  const shared = dense(64, { activation: "relu" });
  const m = model({
    inputs: [a, b],
    outputs: dense(10, { activation: "softmax" })(concatenate([shared(a), shared(b)])),
  });
  m.compile({ optimizer: "adam", loss: "categorical_crossentropy", metrics: ["accuracy"] });
  m.summary();
  const batchSize = 32;
  await m.fit([top, bottom], labels, {
    epochs: 5,
    batchSize,
    verbose: 0,
    callbacks: [progress(Math.ceil(count / batchSize))],
  });
}

/** With ink at 1, adam's first steps of 0.001 on 6.4 million inputs at once overshoot far: thin it. */
const ink = 0.02;

/** A picture and a question about it, at full size: 411 million weights. */
async function imageAndText(): Promise<void> {
  console.log("\n== Image and text, at full size: a digit, and a (generated) question about it ==\n");
  const image = input([224, 224, 3], { name: "image_input" });
  const text = input([50], { name: "text_input" });
  const x = flatten()(dense(128, { activation: "relu" })(image));
  const t = lstm(128)(embedding(10000, 64)(text));
  const z = dense(64, { activation: "relu" })(concatenate([x, t]));
  const m = model({ inputs: [image, text], outputs: dense(1, { activation: "sigmoid" })(z) });
  m.compile({ optimizer: "adam", loss: "binary_crossentropy", metrics: ["accuracy"] });
  m.summary();
  const { peakBytes } = await m.memory({ batchSize: 8 });
  console.log(`needs ${(peakBytes / 2 ** 30).toFixed(1)} GB; the first step also fetches the memory, and takes longer`);
  const count = 32;
  const images = new Float32Array(count * 224 * 224 * 3);
  const texts = new Int32Array(count * 50);
  const answers = new Float32Array(count);
  digits(count).forEach(({ pixels, label }, i) => {
    enlarge(pixels, 8, ink, images, i * 224 * 224 * 3);
    const { tokens, answer } = question(label, i);
    texts.set(tokens, i * 50);
    answers[i] = Number(answer);
  });
  await m.fit([images, texts], answers, { epochs: 5, batchSize: 8, verbose: 0, callbacks: [progress(count / 8)] });
}

await sharedLayer();
await imageAndText();
