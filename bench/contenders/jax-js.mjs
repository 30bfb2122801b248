// jax-js on WebAssembly: matrix products, and the gradients of models made of dense layers. It has no optimizer of its own.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { operands } from "../tasks.mjs";

const main = createRequire(import.meta.url).resolve("@jax-js/jax");
const { version } = JSON.parse(readFileSync(`${main.slice(0, main.lastIndexOf("/dist/"))}/package.json`, "utf8"));

/** As it runs in Node: on one thread, because Node has no global Worker. jax-js-threads gives it one. */
export const open = (task, data) => openWith(1, task, data);

export async function openWith(threads, task, data) {
  const jax = await import("@jax-js/jax");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return { version, threads, ...(task.kind === "matmul" ? matmul(jax, task) : gradients(jax, task, data)) };
}

function matmul({ numpy: np }, task) {
  const { shape, a, b } = operands(task);
  const x = np.array(a).reshape(shape);
  const y = np.array(b).reshape(shape);
  return {
    step: async () => {
      const z = np.matmul(x.ref, y.ref);
      await z.blockUntilReady();
      z.dispose();
    },
  };
}

function gradients({ jit, nn, numpy: np, tree, valueAndGrad }, task, data) {
  const nodes = task.nodes.filter((node) => node.op !== "input");
  if (nodes.some((node) => node.op !== "dense" || node.from.length !== 1)) {
    throw new Error("jax-js is measured on matmul and on chains of dense layers only");
  }
  let width = task.nodes[0].shape[0];
  const parameters = nodes.map(({ units }) => {
    const size = width * units;
    const limit = Math.sqrt(6 / (width + units));
    const kernel = np.array(Float32Array.from({ length: size }, () => (2 * Math.random() - 1) * limit));
    const layer = { kernel: kernel.reshape([width, units]), bias: np.zeros([units]) };
    width = units;
    return layer;
  });
  const { inputs, labels } = data(1);
  const x = np.array(inputs[0].data).reshape(inputs[0].shape);
  const y = np.array(labels.data).reshape(labels.shape);
  const lossOf = (weights, x, y) => {
    let h = x;
    weights.forEach(({ kernel, bias }, i) => {
      h = np.matmul(h, kernel).add(bias);
      if (i < weights.length - 1) h = nn.relu(h);
    });
    return nn
      .logSoftmax(h)
      .mul(y)
      .sum()
      .mul(-1 / task.batch);
  };
  const compute = jit(valueAndGrad(lossOf));
  return {
    note: "gradients only, no optimizer",
    step: async () => {
      const [loss, slopes] = compute(tree.ref(parameters), x.ref, y.ref);
      const leaves = tree.leaves(slopes);
      for (const leaf of leaves) await leaf.blockUntilReady();
      await loss.data();
      for (const leaf of leaves) leaf.dispose();
    },
  };
}
