// Layers beside Keras: every line of kerasLayers.jsonl holds a layer's config and inputs, and the outputs, masks, losses, new values of
// weights and gradients that Keras 3.15.1 gives for them on JAX.

import { readFileSync } from "node:fs";
import { WasmBackend } from "../../lib/backend/wasm.js";
import { onBackend, onReference } from "../golden/training.js";
import { root } from "../laws/imports.js";
import { type KerasCase, nameOf, runKerasCase } from "./kerasCases.js";

const cases = readFileSync(`${root}test/catalog/kerasLayers.jsonl`, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as KerasCase);

const classes = [...new Set(cases.map((keras) => keras.class))];

describe("layers give Keras's numbers", () => {
  const pool = new WasmBackend({ threads: 2 });
  after(() => pool.dispose());
  for (const name of classes) {
    const own = cases.filter((keras) => keras.class === name);
    it(`${name}, ${own.length} times`, async function () {
      this.timeout(60_000);
      for (const keras of own) {
        for (const evaluate of [onReference, onBackend(pool)]) {
          try {
            await runKerasCase(keras, evaluate);
          } catch (error) {
            (error as Error).message = `${nameOf(keras)}: ${(error as Error).message}`;
            throw error;
          }
        }
      }
    });
  }
});
