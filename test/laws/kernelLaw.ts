// Law 3: what kernels compute is what the references say, with the same bits on every backend given. Functions, so that wrong
// kernels can be shown to break them.

import { expect } from "chai";
import type { Backend, StepGraph } from "../../lib/backend/backend.js";
import { applyAll } from "../../lib/graph/call.js";
import { callsOf } from "../../lib/graph/network.js";
import type { Op, Sample, Spec, View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import type { Weight } from "../../lib/graph/weight.js";
import { inputsOf, randomView } from "./numbers.js";

/** Throws where a kernel of the op differs from its reference, or from one backend to the next. */
export async function checkKernels(op: Op, backends: readonly Backend[]): Promise<void> {
  let samples = 0;
  for (const sample of op.samples() as Iterable<Sample<never>>) {
    samples++;
    const inputs = sample.inputs.map((spec, i) => placeholder(spec.shape, spec.dtype, `x${i}`));
    const outputs = applyAll(op as Op<never>, inputs, sample.attrs);
    const views = inputsOf(sample, 32);
    const feeds = new Map(inputs.map((tensor, i): [Tensor, View] => [tensor, views[i] as View]));
    // Scan's attributes hold a graph, which is no JSON.
    const name = op.kind === "control" ? op.name : `${op.name} ${JSON.stringify(sample.attrs)}`;
    await checkStep({ name, inputs, outputs, updates: new Map() }, feeds, backends);
  }
  expect(samples, "an op without samples is not tested").greaterThan(0);
}

/** The weights that a step reads or changes. */
export function weightsOf(graph: StepGraph): Weight[] {
  const read = callsOf([...graph.outputs, ...graph.updates.values()]).flatMap(({ source }) =>
    source?.kind === "weight" ? [source.weight] : [],
  );
  return [...new Set([...read, ...graph.updates.keys()])];
}

/** Random numbers for all that a step reads. */
export function randomFeeds(graph: StepGraph, range: readonly [number, number]): Map<Tensor, View> {
  const leaves = [...graph.inputs, ...weightsOf(graph).map(({ tensor }) => tensor)];
  return new Map(leaves.map((tensor, i) => [tensor, randomView(tensor as unknown as Spec, i, 32, range)]));
}

/** Outputs of a step, then the new values of its weights, as the references give them in double precision. */
export function referenceOf(graph: StepGraph, feeds: ReadonlyMap<Tensor, View>): View[] {
  return evaluateReference([...graph.outputs, ...graph.updates.values()], feeds, 64);
}

/**
 * Throws where a step's outputs or new weights differ from the references', or from one backend to the next. `share` of the largest
 * number is how much a sum of such numbers may be off.
 */
export async function checkStep(
  graph: StepGraph,
  feeds: ReadonlyMap<Tensor, View>,
  backends: readonly Backend[],
  share = 0,
): Promise<void> {
  const want = referenceOf(graph, feeds);
  let bits: string | null = null;
  for (const backend of backends) {
    const got = await resultsOf(graph, feeds, backend);
    got.forEach((values, i) => expectClose(values, (want[i] as View).data, share, `${graph.name}: output ${i}`));
    const own = got.map(({ buffer }) => Buffer.from(buffer).toString("base64")).join();
    bits ??= own;
    expect(own, "bits differ between backends").equal(bits);
  }
}

/** Runs a step once: copies of its outputs, then of the weights that it changes. */
export async function resultsOf(
  graph: StepGraph,
  feeds: ReadonlyMap<Tensor, View>,
  backend: Backend,
): Promise<(Float32Array | Int32Array)[]> {
  for (const weight of weightsOf(graph)) await backend.writeWeight(weight, (feeds.get(weight.tensor) as View).data);
  const step = await backend.compile(graph);
  const batches = step.allocate(1);
  graph.inputs.forEach((input, i) => {
    batches.input(i, 0).set((feeds.get(input) as View).data);
  });
  await step.run(batches, 1);
  const outputs = graph.outputs.map((_, i) => batches.output(i, 0).slice());
  batches.release();
  step.dispose();
  const changed = await Promise.all([...graph.updates.keys()].map((weight) => backend.readWeight(weight)));
  return [...outputs, ...changed];
}

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, share: number, what: string): void {
  expect(got.length, what).equal(want.length);
  const largest = share && Array.from(want).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < got.length; i++) {
    const [a, b] = [got[i] as number, want[i] as number];
    const close =
      a === b || Math.abs(a - b) <= 2e-6 + 2e-5 * Math.abs(b) + share * largest || (Number.isNaN(a) && Number.isNaN(b));
    if (!close) expect.fail(`${what}: element ${i} is ${a}, reference ${b}`);
  }
}
