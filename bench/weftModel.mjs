// The model of a task, made through Weft's public API.

import * as weft from "../dist/lib/index.js";
import { build } from "./tasks.mjs";

const library = {
  input: (node) => weft.input(node.shape, { name: node.id }),
  call: (layer, values) => layer(values.length === 1 ? values[0] : values),
  make: {
    dense: (node) => weft.dense(node.units, { activation: node.activation }),
    flatten: () => weft.flatten(),
    embedding: (node) => weft.embedding(node.words, node.width),
    lstm: (node) => weft.lstm(node.units),
    conv2d: (node) => weft.conv2d(node.filters, node.kernel, { activation: node.activation }),
    maxPooling2d: (node) => weft.maxPooling2d(node.size),
    // Weft applies concatenate to a list at once, so the layer is the function itself.
    concatenate: () => (values) => weft.concatenate(values),
  },
};

/** Not compiled yet. */
export function weftModel(task) {
  const { inputs, output } = build(task, library);
  return weft.model({ inputs, outputs: output });
}
