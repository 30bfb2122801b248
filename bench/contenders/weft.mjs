// Weft through its public API only.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import ndarray from "ndarray";
import { WasmBackend } from "../../dist/lib/backend/wasm.js";
import { placeholder } from "../../dist/lib/graph/tensor.js";
import * as weft from "../../dist/lib/index.js";
import { operands } from "../tasks.mjs";
import { weftModel } from "../weftModel.mjs";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const array = ({ shape, data }) => ndarray(data, shape);

export async function open(task, data) {
  const about = { version, threads: Number(process.env.WEFT_THREADS) || weft.threads?.() || availableParallelism() };
  return task.kind === "matmul" ? { ...about, ...matmul(task) } : { ...about, ...training(task, data) };
}

/** A product alone, below the public API: one compiled step with two inputs. */
function matmul(task) {
  const { shape, a, b } = operands(task);
  const backend = new WasmBackend(process.env.WEFT_THREADS ? { threads: Number(process.env.WEFT_THREADS) } : {});
  const [x, y] = ["a", "b"].map((name) => placeholder(shape, "float32", name));
  const graph = { name: "matmul", inputs: [x, y], outputs: [weft.ops.matmul(x, y)], updates: new Map() };
  let ready;
  const prepare = async () => {
    const executable = await backend.compile(graph);
    const batches = executable.allocate(1);
    batches.input(0, 0).set(a);
    batches.input(1, 0).set(b);
    return { executable, batches };
  };
  return {
    step: async () => {
      ready ??= prepare();
      const { executable, batches } = await ready;
      await executable.run(batches, 1);
    },
    close: () => backend.dispose(),
  };
}

function training(task, data) {
  const model = weftModel(task);
  model.compile({ optimizer: "adam", loss: task.loss });
  const batches = (count) => {
    const { inputs, labels } = data(count);
    return { inputs: inputs.map(array), labels: array(labels) };
  };
  const one = batches(1);
  return {
    step: () => model.trainOnBatch(one.inputs, one.labels),
    fit: (count) => {
      const { inputs, labels } = batches(count);
      return model.fit(inputs, labels, { batchSize: task.batch, epochs: 1, shuffle: false, verbose: 0 });
    },
    close: () => weft.dispose?.(),
  };
}
