// The WebAssembly backend: what several users ask of it at the same time, and how steps are planned.

import { expect } from "chai";
import type { StepGraph } from "../../lib/backend/backend.js";
import { planStep } from "../../lib/backend/compile.js";
import { WasmBackend } from "../../lib/backend/wasm.js";
import { RandomNormal } from "../../lib/catalog/initializers/randomNormal.js";
import { add, multiply } from "../../lib/catalog/ops/index.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { Weight } from "../../lib/graph/weight.js";

const fresh = (shape: readonly number[]): Weight =>
  new Weight({ name: "w", shape, initializer: new RandomNormal({ seed: 3 }) });

describe("wasm backend", () => {
  let backend: WasmBackend;
  beforeEach(() => {
    backend = new WasmBackend({ threads: 1 });
  });
  afterEach(() => backend.dispose());

  it("keeps what is written while a weight's first numbers are being made", async () => {
    const weight = fresh([5]);
    const reading = backend.readWeight(weight);
    await backend.writeWeight(weight, [1, 2, 3, 4, 5]);
    await reading;
    expect([...(await backend.readWeight(weight))]).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it("makes a weight's first numbers once, however many ask for them", async () => {
    const weight = fresh([4]);
    const x = placeholder([4], "float32", "x");
    const graph: StepGraph = {
      name: "step",
      inputs: [x],
      outputs: [],
      updates: new Map([[weight, add(weight.tensor, x)]]),
    };
    const step = await backend.compile(graph);
    const batches = step.allocate(1);
    batches.input(0, 0).fill(100);
    const [before] = await Promise.all([backend.readWeight(weight), step.run(batches, 1), backend.readWeight(weight)]);
    const after = await backend.readWeight(weight);
    expect([...before].every((value) => Math.abs(value) < 50)).to.equal(true);
    expect([...after].every((value) => value > 50)).to.equal(true);
  });

  it("plans a step in pieces, between which other work can be done", () => {
    const x = placeholder([8], "float32", "x");
    let y: Tensor = x;
    for (let i = 0; i < 50; i++) y = multiply(add(y, i + 2), x);
    const work = planStep({
      name: "long",
      inputs: [x],
      wanted: [{ tensor: y, into: { kind: "output", index: 0 } }],
      segmentOf: () => 0,
    });
    let pieces = 0;
    while (!work.next().done) pieces++;
    expect(pieces).to.be.greaterThan(100);
  });
});
