// What is measured: matrix products, and one training step (forward, backward, Adam) of each model.
// A model is a list of nodes that every contender builds with its own layers; nodes with the same `layer` share weights.

const categorical = { loss: "categorical_crossentropy", classes: 10 };
const binary = { loss: "binary_crossentropy", classes: 1 };

/**
 * @typedef {{ id: string, op: string, from?: string[], layer?: string, [attribute: string]: any }} Node
 * @typedef {{ kind: "matmul", size: number, count: number, batch: number, note: string }} MatmulTask
 * @typedef {{ kind: "train", batch: number, note: string, nodes: Node[], loss: string, classes: number,
 *   fitBatches: number, heavy?: boolean }} TrainTask
 */

/** @type {Record<string, MatmulTask | TrainTask>} */
export const tasks = {
  "matmul-512": { kind: "matmul", size: 512, count: 1, batch: 1, note: "512^3, float32" },
  "matmul-1024": { kind: "matmul", size: 1024, count: 1, batch: 1, note: "1024^3, float32" },
  "matmul-2048": { kind: "matmul", size: 2048, count: 1, batch: 1, note: "2048^3, float32" },
  "batched-matmul": { kind: "matmul", size: 128, count: 64, batch: 64, note: "64 of 128^3, float32" },

  "shared-layer": {
    kind: "train",
    batch: 32,
    note: "2 x 128 -> shared dense 64 -> concatenate -> 10; 9,546 weights",
    ...categorical,
    fitBatches: 2000,
    nodes: [
      { id: "a", op: "input", shape: [128] },
      { id: "b", op: "input", shape: [128] },
      { id: "x", op: "dense", units: 64, activation: "relu", layer: "shared", from: ["a"] },
      { id: "y", op: "dense", units: 64, activation: "relu", layer: "shared", from: ["b"] },
      { id: "z", op: "concatenate", from: ["x", "y"] },
      { id: "out", op: "dense", units: 10, activation: "softmax", from: ["z"] },
    ],
  },

  "image-text-full": {
    kind: "train",
    batch: 8,
    note: "224x224x3 image and 50 words; 412 million weights",
    ...binary,
    fitBatches: 3,
    heavy: true,
    nodes: [
      { id: "image", op: "input", shape: [224, 224, 3] },
      { id: "text", op: "input", shape: [50], below: 10000 },
      { id: "pixels", op: "dense", units: 128, activation: "relu", from: ["image"] },
      { id: "x", op: "flatten", from: ["pixels"] },
      { id: "words", op: "embedding", words: 10000, width: 64, from: ["text"] },
      { id: "t", op: "lstm", units: 128, from: ["words"] },
      { id: "both", op: "concatenate", from: ["x", "t"] },
      { id: "z", op: "dense", units: 64, activation: "relu", from: ["both"] },
      { id: "out", op: "dense", units: 1, activation: "sigmoid", from: ["z"] },
    ],
  },

  mlp: {
    kind: "train",
    batch: 128,
    note: "784-512-512-10; 669,706 weights",
    ...categorical,
    fitBatches: 64,
    nodes: [
      { id: "a", op: "input", shape: [784] },
      { id: "b", op: "dense", units: 512, activation: "relu", from: ["a"] },
      { id: "c", op: "dense", units: 512, activation: "relu", from: ["b"] },
      { id: "out", op: "dense", units: 10, activation: "softmax", from: ["c"] },
    ],
  },

  cnn: {
    kind: "train",
    batch: 64,
    note: "28x28x1, conv 32, pool, conv 64, pool, dense 128, 10; 225,034 weights",
    ...categorical,
    fitBatches: 32,
    nodes: [
      { id: "a", op: "input", shape: [28, 28, 1] },
      { id: "b", op: "conv2d", filters: 32, kernel: 3, activation: "relu", from: ["a"] },
      { id: "c", op: "maxPooling2d", size: 2, from: ["b"] },
      { id: "d", op: "conv2d", filters: 64, kernel: 3, activation: "relu", from: ["c"] },
      { id: "e", op: "maxPooling2d", size: 2, from: ["d"] },
      { id: "f", op: "flatten", from: ["e"] },
      { id: "g", op: "dense", units: 128, activation: "relu", from: ["f"] },
      { id: "out", op: "dense", units: 10, activation: "softmax", from: ["g"] },
    ],
  },

  lstm: {
    kind: "train",
    batch: 32,
    note: "embedding 10000 x 64, LSTM(128), 50 steps, 1; 738,945 weights",
    ...binary,
    fitBatches: 32,
    nodes: [
      { id: "text", op: "input", shape: [50], below: 10000 },
      { id: "words", op: "embedding", words: 10000, width: 64, from: ["text"] },
      { id: "t", op: "lstm", units: 128, from: ["words"] },
      { id: "out", op: "dense", units: 1, activation: "sigmoid", from: ["t"] },
    ],
  },
};

/**
 * Builds a task's model: `make[op](node)` makes a layer, `input(node)` an input, `call(layer, values)` applies one.
 * Returns the inputs in order and the output.
 * @param {TrainTask} task
 * @param {{ input: (node: Node) => any, call: (layer: any, values: any[]) => any, make: Record<string, (node: Node) => any> }} library
 */
export function build(task, library) {
  const values = new Map();
  const layers = new Map();
  const inputs = [];
  for (const node of task.nodes) {
    if (node.op === "input") {
      values.set(node.id, library.input(node));
      inputs.push(values.get(node.id));
      continue;
    }
    const make = library.make[node.op];
    if (make === undefined) throw new Error(`this contender has no ${node.op}`);
    const layer = layers.get(node.layer) ?? make(node);
    if (node.layer !== undefined) layers.set(node.layer, layer);
    values.set(
      node.id,
      library.call(
        layer,
        (node.from ?? []).map((id) => values.get(id)),
      ),
    );
  }
  return { inputs, output: values.get("out") };
}

/**
 * Random inputs and labels for `batches` batches, the same in every run.
 * @param {TrainTask} task
 * @param {number} batches
 */
export function trainingData(task, batches) {
  const rows = task.batch * batches;
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const inputs = task.nodes
    .filter((node) => node.op === "input")
    .map((node) => {
      const shape = [rows, ...node.shape];
      const size = shape.reduce((product, extent) => product * extent, 1);
      const data = node.below === undefined ? new Float32Array(size) : new Int32Array(size);
      for (let i = 0; i < size; i++) data[i] = random() * (node.below ?? 1);
      return { shape, dtype: node.below === undefined ? "float32" : "int32", data };
    });
  const labels = new Float32Array(rows * task.classes);
  for (let i = 0; i < rows; i++) {
    if (task.classes === 1) labels[i] = Math.round(random());
    else labels[i * task.classes + Math.floor(random() * task.classes)] = 1;
  }
  return { inputs, labels: { shape: [rows, task.classes], dtype: "float32", data: labels } };
}

/**
 * The two operands of a matmul task.
 * @param {MatmulTask} task
 */
export function operands(task) {
  const shape = task.count === 1 ? [task.size, task.size] : [task.count, task.size, task.size];
  const size = task.count * task.size * task.size;
  const make = () => Float32Array.from({ length: size }, () => Math.random() - 0.5);
  return { shape, a: make(), b: make() };
}
