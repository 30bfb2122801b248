// Laws of every registered layer: its weights' gradients are what differences give, a training step on the pool is the reference's,
// a row's numbers don't depend on the rest of its batch, and what its config says makes the same layer again.

import { expect } from "chai";
import type { StepGraph } from "../../lib/backend/backend.js";
import { WasmBackend } from "../../lib/backend/wasm.js";
import { add, multiply } from "../../lib/catalog/ops/index.js";
import { Layer } from "../../lib/graph/layer.js";
import type { Spec, View } from "../../lib/graph/op.js";
import { evaluateReference } from "../../lib/graph/reference.js";
import type { Tensor } from "../../lib/graph/tensor.js";
import type { Weight } from "../../lib/graph/weight.js";
import { input, layers, model, ops } from "../../lib/index.js";
import { checkGradients, weightedTotal } from "./gradients.js";
import { checkStep, referenceOf, resultsOf, weightsOf } from "./kernelLaw.js";
import type { LayerSample } from "./layerSamples.js";
import { type AnyLayer, applied, forEachSample, inputViews, trialOf, weightViews } from "./layerTrial.js";
import { randomView } from "./numbers.js";
import { type AnyModel, programOf, stepOf } from "./steps.js";

describe("law: a layer's gradients are what differences give", () => {
  forEachSample((make, sample) => {
    for (const training of [false, true]) checkLayerGradients(make(), sample, training);
  });
});

describe("law: a layer takes a training step on the pool", () => {
  const backend = new WasmBackend({ threads: 2 });
  after(() => backend.dispose());
  forEachSample((make, sample) => checkTraining(make(), sample, backend));
});

describe("law: a row of a batch is computed as it would be in any other", () => {
  const backend = new WasmBackend({ threads: 2 });
  after(() => backend.dispose());
  forEachSample(async (make, sample) => {
    const layer = make();
    for (const training of [false, true]) {
      const [one, three, seven] = (await Promise.all(
        [1, 3, 7].map((count) => rowsOf(layer, sample, count, training, backend)),
      )) as [Rows, Rows, Rows];
      const same = beginsWith(three, one) && beginsWith(seven, three);
      const mixes = training && sample.mixes !== undefined;
      expect(same, `${training ? "training: " : ""}the same for 1, 3 and 7 rows`).equal(!mixes);
    }
  });
});

describe("law: a layer's config makes the same layer again", () => {
  forEachSample((make, sample) => {
    const layer = make();
    const first = trialOf(layer, sample, 3, false);
    const item = JSON.parse(JSON.stringify({ class_name: layer.className, config: layer.getConfig() }));
    const again = layers.deserialize(item);
    const second = trialOf(again, sample, 3, false);
    expect(again.getConfig()).deep.equal(layer.getConfig());
    expect(again.weights.map(({ path, shape }) => [path, shape])).deep.equal(
      layer.weights.map(({ path, shape }) => [path, shape]),
    );
    const numbers = ({ outputs, feeds }: typeof first): number[][] =>
      evaluateReference(outputs, feeds, 64).map(({ data }) => [...data]);
    expect(numbers(second)).deep.equal(numbers(first));
  });
});

/** The gradients of weights and inputs are right, and those of weights aren't zero: else a step could never change them. */
function checkLayerGradients(layer: AnyLayer, sample: LayerSample, training: boolean): void {
  const { inputs, outputs, losses, feeds } = trialOf(layer, sample, 3, training);
  const total = [weightedTotal(outputs), ...losses].reduce((all, part) => add(all, part));
  const weights = layer.trainableWeights.map(({ tensor }) => tensor);
  const wrt = [...weights, ...inputs.filter(({ dtype }) => dtype === "float32")];
  const gradients = checkGradients(total, wrt, feeds, `${layer}`);
  weights.forEach(({ name }, i) => {
    if (isStill(sample, name)) return;
    expect(
      [...(gradients[i] ?? [])].some((value) => value !== 0),
      `gradient of ${name}`,
    ).equal(true);
  });
}

const isStill = ({ still = [] }: LayerSample, path: string): boolean => still.some((name) => path.endsWith(name));

/** A trained factor for every element, so that what has no weights is trained through. */
class Factor extends Layer {
  factor!: Weight;
  override build([shape]: readonly (readonly (number | null)[])[]): void {
    this.factor = this.addWeight({ name: "factor", shape: (shape as number[]).slice(1), initializer: "ones" });
  }
  override call(x: Tensor | Tensor[]): Tensor {
    return multiply(x as Tensor, this.factor);
  }
}

/** One step of gradient descent: outputs, metrics and all weights are those of the reference, and each trained weight moves. */
async function checkTraining(layer: AnyLayer, sample: LayerSample, backend: WasmBackend): Promise<void> {
  const rows = 4;
  const inputs = sample.inputs.map((shape) => input([...shape], { dtype: sample.dtype ?? "float32" }));
  const ahead = sample.steps === undefined && sample.dtype !== "int32";
  const made = applied(
    layer,
    inputs.map((tensor) => (ahead ? new Factor()(tensor) : tensor)),
  );
  const outputs =
    ahead || layer.trainableWeights.length > 0 ? made : made.map((tensor) => new Factor()(ops.cast(tensor, "float32")));
  const whole = model({ inputs, outputs }) as AnyModel;
  const { graph, logNames } = stepOf(
    "train",
    whole,
    { optimizer: "sgd", loss: "mse", metrics: outputs.map(() => ["mae"]) },
    rows,
  );
  const feeds = feedsOf(graph, layer, inputViews(sample, rows));
  await checkStep(graph, feeds, [backend], 1e-6);
  const values = referenceOf(graph, feeds);
  const loss = values[logNames.indexOf("loss")]?.data[0] as number;
  expect(Number.isFinite(loss) && loss > 0, `loss ${loss}`).equal(true);
  const changed = [...graph.updates.keys()];
  for (const weight of whole.trainableWeights.filter(({ path }) => !isStill(sample, path))) {
    const now = values[graph.outputs.length + changed.indexOf(weight)]?.data;
    expect(changed.includes(weight) && now?.join() !== feeds.get(weight.tensor)?.data.join(), `${weight} moves`).equal(
      true,
    );
  }
}

/** The sample's inputs, random labels, the layer's weights as in other trials, and what other weights begin as. */
function feedsOf(graph: StepGraph, layer: AnyLayer, inputs: readonly View[]): Map<Tensor, View> {
  const feeds = weightViews(layer.weights);
  for (const { tensor, initializer, shape, dtype, seed } of weightsOf(graph)) {
    if (!feeds.has(tensor))
      feeds.set(tensor, evaluateReference([initializer.build(shape, dtype, seed)], new Map())[0] as View);
  }
  // After the inputs come labels, then the flag that starts means anew.
  graph.inputs.forEach((tensor, i) => {
    feeds.set(tensor, inputs[i] ?? randomView(tensor as unknown as Spec, 300 + i, 64, [0, 1]));
  });
  return new Map([...feeds].map(([tensor, view]) => [tensor, rounded(view)]));
}

/** As the pool holds them. */
const rounded = (view: View): View =>
  view.dtype === "float32" ? { ...view, data: Float32Array.from(view.data) } : view;

interface Rows {
  readonly outputs: readonly ArrayLike<number>[];
  /** Whether it sums: with fewer results a reduction has more accumulators for each, and rounds in another order. */
  readonly sums: boolean;
}

async function rowsOf(
  layer: AnyLayer,
  sample: LayerSample,
  rows: number,
  training: boolean,
  backend: WasmBackend,
): Promise<Rows> {
  const { inputs, step, outputs, feeds } = trialOf(layer, sample, rows, training);
  const graph: StepGraph = { name: "rows", inputs: [...inputs, step], outputs, updates: new Map() };
  const sums = programOf(graph, 1).kernels.some((spec) => spec.family === "reduce" && spec.combine === "sum");
  return { outputs: await resultsOf(graph, feeds, backend), sums };
}

/** The same bits, or, where rows are sums, the same numbers to within a few roundings. */
function beginsWith({ outputs, sums }: Rows, first: Rows): boolean {
  return first.outputs.every((own, i) => {
    const whole = outputs[i] as ArrayLike<number>;
    const largest = Array.from(own).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const slack = sums ? 1e-6 * largest : 0;
    return Array.from(own).every((value, j) => Math.abs(value - (whole[j] as number)) <= slack);
  });
}
