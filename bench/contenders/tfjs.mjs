// TensorFlow.js on a given backend, as its layers API trains.

import { createRequire } from "node:module";
import { build, operands } from "../tasks.mjs";

const require = createRequire(import.meta.url);

export async function openOn(backend, task, data) {
  const tf = require("@tensorflow/tfjs");
  if (backend === "wasm") require("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend ${backend} here`);
  await tf.ready();
  const about = { version: tf.version.tfjs, threads: 1 };
  return { ...about, ...(task.kind === "matmul" ? matmul(tf, task) : training(tf, task, data)) };
}

function matmul(tf, task) {
  const { shape, a, b } = operands(task);
  const x = tf.tensor(a, shape);
  const y = tf.tensor(b, shape);
  return {
    step: async () => {
      const z = tf.matMul(x, y);
      await z.data();
      z.dispose();
    },
  };
}

function training(tf, task, data) {
  const { layers } = tf;
  const { inputs, output } = build(task, {
    input: (node) => tf.input({ shape: node.shape, dtype: node.below === undefined ? "float32" : "int32" }),
    call: (layer, values) => layer.apply(values.length === 1 ? values[0] : values),
    make: {
      dense: ({ units, activation }) => layers.dense({ units, activation }),
      flatten: () => layers.flatten(),
      embedding: ({ words, width }) => layers.embedding({ inputDim: words, outputDim: width }),
      lstm: ({ units }) => layers.lstm({ units }),
      conv2d: ({ filters, kernel, activation }) => layers.conv2d({ filters, kernelSize: kernel, activation }),
      maxPooling2d: ({ size }) => layers.maxPooling2d({ poolSize: size }),
      concatenate: () => layers.concatenate(),
    },
  });
  const model = tf.model({ inputs, outputs: output });
  const names = { binary_crossentropy: "binaryCrossentropy", categorical_crossentropy: "categoricalCrossentropy" };
  model.compile({ optimizer: tf.train.adam(), loss: names[task.loss] });
  const tensor = ({ shape, dtype, data }) => tf.tensor(data, shape, dtype);
  const made = new Map();
  const batches = (count) => {
    if (!made.has(count)) {
      const { inputs, labels } = data(count);
      made.set(count, { x: inputs.map(tensor), y: tensor(labels) });
    }
    const { x, y } = made.get(count);
    return { x: x.length === 1 ? x[0] : x, y };
  };
  const one = batches(1);
  return {
    step: () => model.trainOnBatch(one.x, one.y),
    fit: (count) => {
      const { x, y } = batches(count);
      return model.fit(x, y, { batchSize: task.batch, epochs: 1, shuffle: false, verbose: 0, yieldEvery: "never" });
    },
  };
}
