// Whole models against Keras, through the public API: predictions, evaluation, twenty training steps, and fit.

import assert from "node:assert/strict";
import type { Tensor } from "../../lib/graph/tensor.js";
import { configure, type Model, modelFromJSON } from "../../lib/index.js";
import type { Structured } from "../../lib/train/structure.js";
import { compileOptionsOf, parsed, unknownClasses } from "./known.js";
import {
  array,
  assertClose,
  cases,
  type GoldenArray,
  type GoldenCase,
  type GoldenSource,
  type Tolerance,
  value,
} from "./read.js";

type Logs = Record<string, number>;
type AnyModel = Model<Structured<Tensor>>;

/** Fixture numbers as the API takes data. */
const data = ({ shape, data: numbers }: GoldenArray): { shape: number[]; data: Float32Array } => ({
  shape,
  data: numbers as Float32Array,
});

function rows(
  { shape, data: numbers }: GoldenArray,
  wanted: readonly number[],
): { shape: number[]; data: Float32Array } {
  const width = numbers.length / (shape[0] as number);
  const out = new Float32Array(wanted.length * width);
  wanted.forEach((row, i) => {
    for (let j = 0; j < width; j++) out[i * width + j] = numbers[row * width + j] as number;
  });
  return { shape: [wanted.length, ...shape.slice(1)], data: out };
}

interface WeightSpec {
  readonly path: string;
  readonly shape: number[];
  readonly init: GoldenSource;
}

function assertLogs(got: Logs, want: Logs, tolerance: Tolerance, label: string): void {
  assert.deepEqual(Object.keys(got).sort(), Object.keys(want).sort(), `${label}: names`);
  for (const [name, number] of Object.entries(want))
    assertClose(got[name] as number, number, tolerance, `${label}: ${name}`);
}

function predictionsClose(
  got: unknown,
  c: GoldenCase,
  keys: readonly string[],
  tolerance: Tolerance,
  label: string,
): void {
  const list = (Array.isArray(got) ? got : [got]) as { shape: number[]; data: Float32Array }[];
  keys.forEach((key, i) => {
    assertClose(list[i] as { shape: number[]; data: Float32Array }, array(c, key), tolerance, `${label} ${i}`);
  });
}

async function finalWeightsClose(model: AnyModel, c: GoldenCase): Promise<void> {
  const got = await model.getWeights();
  for (const [i, want] of (
    c["final_weights"] as { array?: string; samples?: string; stride?: number; sum: number; l2: number }[]
  ).entries()) {
    const { path } = c["weights"][i] as WeightSpec;
    const numbers = got[i]?.data as Float32Array;
    if (want.array) assertClose(numbers, array(c, want.array).data, c.tol.train, `final ${path}`);
    if (want.samples)
      assertClose(
        numbers.filter((_, at) => at % (want.stride as number) === 0),
        array(c, want.samples).data,
        c.tol.train,
        `final ${path}`,
      );
    assertClose(
      Math.hypot(...(numbers.length < 1e5 ? numbers : [Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0))])),
      want.l2,
      { rtol: 0.005, atol: 0.0005 },
      `final ${path}: length`,
    );
  }
}

/** One model through everything the fixture holds. */
async function follow(c: GoldenCase): Promise<void> {
  const model = modelFromJSON(parsed(c["model_json"]));
  const specs = c["weights"] as WeightSpec[];
  assert.deepEqual(
    model.weights.map((weight) => [...weight.shape]),
    specs.map((spec) => spec.shape),
    "weights' shapes",
  );
  const initial = specs.map((spec) => data(value(c, spec.init, spec.shape)));
  const inputs = (c["inputs"] as GoldenSource[]).map((source) => value(c, source));
  const targets = (c["targets"] as GoldenSource[]).map((source) => value(c, source));
  const sampleWeight = c["sample_weight"] ? array(c, c["sample_weight"] as string) : null;
  const classWeight = c["class_weight"] ? { classWeight: c["class_weight"] as Record<number, number> } : {};
  const weighted = sampleWeight ? { sampleWeight: data(sampleWeight) } : {};
  const batchSize = c["batch_size"] as number;
  const samples = inputs[0]?.shape[0] as number;

  model.compile(compileOptionsOf(c));
  await model.setWeights(initial);
  predictionsClose(await model.predict(inputs.map(data)), c, c["pred_before"] as string[], c.tol.fwd, "before");
  assertLogs(
    await model.evaluate(inputs.map(data), targets.map(data), { batchSize, ...weighted }),
    c["evaluate_before"] as Logs,
    c.tol.fwd,
    "evaluate",
  );

  // Protocol A: single steps.
  const { steps, logs } = c["train_on_batch"] as { steps: number; logs: Logs[] };
  for (let step = 0; step < steps; step++) {
    const wanted = Array.from({ length: batchSize }, (_, j) => (step * batchSize + j) % samples);
    model.resetMetrics();
    const batchWeight = sampleWeight ? { sampleWeight: rows(sampleWeight, wanted) } : {};
    const made = await model.trainOnBatch(
      inputs.map((x) => rows(x, wanted)),
      targets.map((y) => rows(y, wanted)),
      { ...batchWeight, ...classWeight },
    );
    assertLogs(made, logs[step] as Logs, c.tol.train, `step ${step}`);
  }
  await finalWeightsClose(model, c);
  predictionsClose(await model.predict(inputs.map(data)), c, c["pred_after"] as string[], c.tol.train, "after");

  // Protocol B: fit, from the first weights and with a fresh optimizer.
  model.compile(compileOptionsOf(c));
  await model.setWeights(initial);
  const fit = c["fit"] as {
    args: Record<string, number>;
    history: Record<string, number[]>;
    batch_logs: Logs[];
    pred_after: string[];
  };
  const batchLogs: Logs[] = [];
  const history = await model.fit(inputs.map(data), targets.map(data), {
    epochs: fit.args["epochs"],
    batchSize: fit.args["batch_size"],
    shuffle: false,
    validationSplit: fit.args["validation_split"],
    verbose: 0,
    ...weighted,
    ...classWeight,
    callbacks: [{ everyBatch: false, onBatchEnd: (_batch, found) => batchLogs.push({ ...found }) }],
  });
  assert.deepEqual(Object.keys(history.history).sort(), Object.keys(fit.history).sort(), "names in the history");
  for (const [name, values] of Object.entries(fit.history))
    assertClose(history.history[name] as number[], values, c.tol.train, `history ${name}`);
  assert.equal(batchLogs.length, fit.batch_logs.length);
  fit.batch_logs.forEach((want, i) => {
    assertLogs(batchLogs[i] as Logs, want, c.tol.train, `batch ${i}`);
  });
  predictionsClose(await model.predict(inputs.map(data)), c, fit.pred_after, c.tol.train, "after fit");
}

for (const backend of (process.env["WEFT_GOLDEN_BACKENDS"] ?? "js,wasm").split(",") as ("wasm" | "js")[]) {
  describe(`golden: models on ${backend}`, () => {
    before(() => configure({ backend }));
    for (const c of cases("model")) {
      // The oracle takes minutes for millions of weights: WEFT_GOLDEN_BACKENDS=js asks for that.
      if (backend === "js" && c.id.includes("tutorial1") && !process.env["WEFT_GOLDEN_BACKENDS"]) continue;
      it(c.id, async function () {
        const missing = unknownClasses(parsed(c["model_json"]));
        if (missing.length > 0) {
          console.log(`      ${c.id}: no layer ${missing.join(", ")} yet`);
          this.skip();
        }
        // The oracle takes seconds per step of the larger models.
        this.timeout(backend === "js" ? 600_000 : 60_000);
        await follow(c);
      });
    }
  });
}
