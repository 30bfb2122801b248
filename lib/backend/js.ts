// The oracle as a backend: computes every step by the slow, obvious meaning of its ops, on the main thread. The fallback where
// WebAssembly SIMD is missing, and what kernels are tested against.

import { StateError } from "../graph/errors.js";
import { callsOf } from "../graph/network.js";
import type { Spec, View } from "../graph/op.js";
import { evaluateReference, makeView } from "../graph/reference.js";
import { sizeOf } from "../graph/shape.js";
import type { Tensor } from "../graph/tensor.js";
import type { RowRange, Weight } from "../graph/weight.js";
import type { Backend, Batches, Executable, StepGraph } from "./backend.js";
import { MemoryReport } from "./memoryReport.js";

const bytesOf = (tensor: Tensor): number => sizeOf(tensor.shape as readonly number[]) * 4;
const specOf = (tensor: Tensor): Spec => tensor as unknown as Spec;

export class JsBackend implements Backend {
  readonly name = "js";
  // Keyed weakly: a model that is dropped takes its numbers along.
  #values = new WeakMap<Weight, View>();

  async compile(graph: StepGraph): Promise<Executable> {
    return new JsExecutable(this, graph);
  }

  async memory(graph: StepGraph): Promise<MemoryReport> {
    return memoryOf(graph);
  }

  async readWeight(weight: Weight, start?: number, end?: number): Promise<Float32Array | Int32Array> {
    return this.view(weight).data.slice(start, end) as Float32Array | Int32Array;
  }

  async writeWeight(weight: Weight, data: ArrayLike<number>, start = 0): Promise<void> {
    const view = start === 0 ? makeView(weight, 32) : this.view(weight);
    view.data.set(data, start);
    this.#values.set(weight, view);
  }

  async dispose(): Promise<void> {
    this.#values = new WeakMap();
  }

  /** A weight's numbers, made on first use. */
  view(weight: Weight): View {
    let view = this.#values.get(weight);
    if (!view) {
      view = evaluateReference(
        [weight.initializer.build(weight.shape, weight.dtype, weight.seed)],
        new Map(),
      )[0] as View;
      this.#values.set(weight, view);
    }
    return view;
  }

  replace(weight: Weight, view: View): void {
    this.#values.set(weight, view);
  }
}

/** The weights that a step reads, by the tensor that stands for them. */
function leavesOf(graph: StepGraph): Map<Tensor, { weight: Weight; rows?: RowRange }> {
  const leaves = new Map<Tensor, { weight: Weight; rows?: RowRange }>();
  for (const { source, outputs } of callsOf([...graph.outputs, ...graph.updates.values()])) {
    if (source?.kind === "weight") leaves.set(outputs[0] as Tensor, source);
  }
  return leaves;
}

function memoryOf(graph: StepGraph): MemoryReport {
  const weights = new Set([...leavesOf(graph).values()].map((leaf) => leaf.weight));
  for (const weight of graph.updates.keys()) weights.add(weight);
  let [weightBytes, stateBytes, activationBytes] = [0, 0, 0];
  for (const weight of weights) {
    if (weight.trainable) weightBytes += weight.size * 4;
    else stateBytes += weight.size * 4;
  }
  for (const call of callsOf([...graph.outputs, ...graph.updates.values()])) {
    if (call.op) for (const output of call.outputs) activationBytes += bytesOf(output);
  }
  return new MemoryReport(weightBytes, stateBytes, activationBytes);
}

class JsBatches implements Batches {
  readonly capacity: number;
  readonly #inputs: (Float32Array | Int32Array)[][];
  readonly results: (Float32Array | Int32Array)[][] = [];

  constructor(inputs: readonly Tensor[], capacity: number) {
    this.capacity = capacity;
    this.#inputs = Array.from({ length: capacity }, () =>
      inputs.map((tensor) => makeView(specOf(tensor), 32).data as Float32Array | Int32Array),
    );
  }

  input(index: number, step: number): Float32Array | Int32Array {
    return at(at(this.#inputs, step), index);
  }

  output(index: number, step: number): Float32Array | Int32Array {
    return at(at(this.results, step), index);
  }

  release(): void {
    this.#inputs.length = 0;
    this.results.length = 0;
  }
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no entry ${index} among ${list.length}`);
  return value;
}

class JsExecutable implements Executable {
  readonly suggestedSteps = 1;
  readonly arenaBytes: number;
  readonly #backend: JsBackend;
  readonly #graph: StepGraph;
  readonly #leaves: Map<Tensor, { weight: Weight; rows?: RowRange }>;

  constructor(backend: JsBackend, graph: StepGraph) {
    this.#backend = backend;
    this.#graph = graph;
    this.#leaves = leavesOf(graph);
    this.arenaBytes = memoryOf(graph).activationBytes;
  }

  allocate(capacity: number): Batches {
    return new JsBatches(this.#graph.inputs, capacity);
  }

  async run(batches: Batches, steps: number): Promise<void> {
    const { results } = batches as JsBatches;
    for (let step = 0; step < steps; step++) {
      // One turn of the event loop per step, so that timers and displays go on.
      await new Promise((resolve) => setImmediate(resolve));
      results[step] = this.#step(batches, step);
    }
  }

  async profile(): Promise<never> {
    throw new StateError("the js backend, which computes by the ops' references, can't be profiled", {
      hint: 'configure({ backend: "wasm" })',
    });
  }

  print(): string {
    const calls = callsOf([...this.#graph.outputs, ...this.#graph.updates.values()]).filter((call) => call.op);
    return [
      this.#graph.name,
      ...calls.map(
        (call) => `  ${call.op?.name} → ${call.outputs.map((output) => `[${output.shape.join(", ")}]`).join(" ")}`,
      ),
    ].join("\n");
  }

  dispose(): void {}

  #step(batches: Batches, step: number): (Float32Array | Int32Array)[] {
    const { inputs, outputs, updates } = this.#graph;
    const feeds = new Map<Tensor, View>();
    inputs.forEach((tensor, index) =>
      feeds.set(tensor, { shape: tensor.shape as number[], dtype: tensor.dtype, data: batches.input(index, step) }),
    );
    for (const [tensor, { weight, rows }] of this.#leaves) feeds.set(tensor, rowsOf(this.#backend.view(weight), rows));
    const values = evaluateReference([...outputs, ...updates.values()], feeds);
    // A value may be a leaf itself (an input passed through): results are copies.
    const copies = values.map((view) => ({ ...view, data: view.data.slice() as Float32Array | Int32Array }));
    [...updates.keys()].forEach((weight, i) => {
      this.#backend.replace(weight, {
        shape: weight.shape,
        dtype: weight.dtype,
        data: (copies[outputs.length + i] as View).data,
      });
    });
    return copies.slice(0, outputs.length).map((view) => view.data);
  }
}

function rowsOf(view: View, rows: RowRange | undefined): View {
  if (!rows) return view;
  const width = sizeOf(view.shape.slice(1));
  return {
    shape: [rows.count, ...view.shape.slice(1)],
    dtype: view.dtype,
    data: view.data.subarray(rows.start * width, (rows.start + rows.count) * width),
  };
}
