// The golden cases of losses, metrics, optimizers and schedules as functions of how graphs are evaluated, so that the same cases run on
// the oracle and on any backend.

import { expect } from "chai";
import type { Backend } from "../../lib/backend/backend.js";
import { losses } from "../../lib/catalog/losses/index.js";
import { metrics } from "../../lib/catalog/metrics/index.js";
import { multiply, sum } from "../../lib/catalog/ops/index.js";
import { type Optimizer, optimizers } from "../../lib/catalog/optimizers/index.js";
import { schedules } from "../../lib/catalog/schedules/index.js";
import { scalar } from "../../lib/graph/call.js";
import type { DType } from "../../lib/graph/dtype.js";
import type { View } from "../../lib/graph/op.js";
import { evaluateReference, makeView } from "../../lib/graph/reference.js";
import type { Registry } from "../../lib/graph/registry.js";
import { placeholder, type Tensor } from "../../lib/graph/tensor.js";
import { atOnce } from "../../lib/graph/turns.js";
import { Weight } from "../../lib/graph/weight.js";
import { differentiate } from "../../lib/lower/differentiate.js";
import { array, assertClose, cases, type GoldenCase, number, type Tolerance } from "./read.js";

/** Values of `outputs`, given those of their leaves (placeholders, and weights' tensors). */
export type Evaluate = (outputs: readonly Tensor[], feeds: ReadonlyMap<Tensor, View>) => View[] | Promise<View[]>;

/** The oracle. */
export const onReference: Evaluate = (outputs, feeds) => evaluateReference(outputs, feeds);

/** A backend: weights among the leaves are written, the rest are inputs of one compiled step. */
export const onBackend =
  (backend: Backend): Evaluate =>
  async (outputs, feeds) => {
    const inputs: Tensor[] = [];
    for (const [leaf, value] of feeds) {
      if (leaf.call.source?.kind === "weight") await backend.writeWeight(leaf.call.source.weight, value.data);
      else inputs.push(leaf);
    }
    const executable = await backend.compile({ name: "case", inputs, outputs, updates: new Map() });
    const batches = executable.allocate(1);
    inputs.forEach((leaf, i) => {
      batches.input(i, 0).set((feeds.get(leaf) as View).data);
    });
    await executable.run(batches, 1);
    const values = outputs.map((tensor, i): View => {
      const data = batches.output(i, 0).slice();
      return { shape: tensor.shape as readonly number[], dtype: tensor.dtype, data };
    });
    batches.release();
    executable.dispose();
    return values;
  };

/** One case: whether its class exists here, and the comparison. */
export interface TrainingCase {
  readonly id: string;
  /** Why it can't run; undefined when it can. */
  readonly skip: string | undefined;
  run(evaluate: Evaluate): Promise<void>;
}

type Kind = "loss" | "metric" | "optimizer" | "schedule";

const registries: Readonly<Record<Kind, Registry<unknown>>> = {
  loss: losses,
  metric: metrics,
  optimizer: optimizers,
  schedule: schedules,
};
const runners: Readonly<Record<Kind, (golden: GoldenCase, evaluate: Evaluate) => Promise<void>>> = {
  loss: runLoss,
  metric: runMetric,
  optimizer: runOptimizer,
  schedule: runSchedule,
};

/** All cases of a kind. */
export function trainingCases(kind: Kind): TrainingCase[] {
  return cases(kind).map((golden) => ({
    id: golden.id,
    skip: registries[kind].names().includes(golden.class) ? undefined : `${kind} ${golden.class} does not exist yet`,
    run: (evaluate) => runners[kind](golden, evaluate),
  }));
}

/** An array of the fixtures as a value. */
function view(golden: GoldenCase, key: string): View {
  const { shape, dtype, data } = array(golden, key);
  const own: DType = dtype === "bool" ? "bool" : dtype === "float32" ? "float32" : "int32";
  return { shape, dtype: own, data: own === "float32" ? Float32Array.from(data) : Int32Array.from(data) };
}

class Feeds extends Map<Tensor, View> {
  /** A placeholder that holds this array of the fixtures. */
  input(golden: GoldenCase, key: string): Tensor {
    const value = view(golden, key);
    const tensor = placeholder(value.shape, value.dtype, key);
    this.set(tensor, value);
    return tensor;
  }
}

async function runLoss(golden: GoldenCase, evaluate: Evaluate): Promise<void> {
  const feeds = new Feeds();
  const loss = losses.deserialize({ class_name: golden.class, config: golden["args"] });
  expect(losses.deserialize({ class_name: golden.class, config: loss.getConfig() }).getConfig()).to.deep.equal(
    loss.getConfig(),
  );
  const yTrue = feeds.input(golden, golden["y_true"]);
  const yPred = feeds.input(golden, golden["y_pred"]);
  const weight = golden["sample_weight"] ? feeds.input(golden, golden["sample_weight"]) : undefined;
  loss.checkLabels(feeds.get(yTrue) as View, [null, ...yPred.shape.slice(1)]);
  const output = loss.call(yTrue, yPred, weight);
  const objective = sum(multiply(output, feeds.input(golden, golden["R"])));
  const grad = atOnce(differentiate([objective], [scalar(1)], [yPred])).gradients[0] as Tensor;
  const [value, gradient] = await evaluate([output, grad], feeds);
  assertClose(value as View, array(golden, golden["output"]), golden.tol.fwd, "output");
  assertClose(gradient as View, array(golden, golden["grad_y_pred"]), golden.tol.grad, "gradient");
}

async function runMetric(golden: GoldenCase, evaluate: Evaluate): Promise<void> {
  const metric = metrics.deserialize({ class_name: golden.class, config: golden["args"] });
  const config = metric.getConfig();
  expect(metrics.deserialize({ class_name: golden.class, config }).getConfig()).to.deep.equal(config);
  let held: ReadonlyMap<Weight, View> | null = null;
  for (const batch of golden["batches"]) {
    const feeds = new Feeds();
    const yPred = feeds.input(golden, batch.y_pred);
    const yTrue = batch.y_true ? feeds.input(golden, batch.y_true) : yPred;
    const weight = batch.sample_weight ? feeds.input(golden, batch.sample_weight) : undefined;
    metric.build(yTrue.shape, yPred.shape);
    for (const state of metric.states) feeds.set(state.tensor, held?.get(state) ?? makeView(state, 32));
    const updates = metric.update(yTrue, yPred, weight);
    expect([...updates.keys()]).to.have.members([...metric.states]);
    const states = [...updates.keys()];
    const values = await evaluate([...updates.values(), metric.result(updates)], feeds);
    held = new Map(states.map((state, i) => [state, values[i] as View]));
    const want = batch.result;
    const label = `${golden.id} batch ${golden["batches"].indexOf(batch)}`;
    const result = values.at(-1) as View;
    assertClose(result.data, Array.isArray(want) ? want.flat().map(number) : [number(want)], golden.tol.fwd, label);
  }
}

async function runOptimizer(golden: GoldenCase, evaluate: Evaluate): Promise<void> {
  const optimizer = optimizers.deserialize({ class_name: golden.class, config: golden["config"] });
  expectSameConfig(optimizer.getConfig(), golden["config"]);
  const initial: View[] = golden["initial"].map((key: string) => view(golden, key));
  const weights = initial.map(
    ({ shape }, i) => new Weight({ name: `v${i}`, shape, initializer: optimizer.iterations.initializer }),
  );
  optimizer.build(weights);
  const held = new Map<Tensor, View>(weights.map((weight, i) => [weight.tensor, initial[i] as View]));
  for (const state of optimizer.variables) {
    const [value] = await evaluate([state.initializer.build(state.shape, state.dtype, 0)], new Map());
    held.set(state.tensor, value as View);
  }
  for (const [index, step] of (golden["steps"] as { lr: number; grads: string[]; vars: string[] }[]).entries()) {
    const feeds = new Feeds(held);
    const grads = step.grads.map((key) => feeds.input(golden, key));
    const updates = optimizer.apply(
      weights.map((weight, i) => ({ weight, value: weight.tensor, grad: grads[i] as Tensor })),
    );
    const changed = [...updates.keys()];
    const values = await evaluate([...updates.values(), optimizer.currentRate()], feeds);
    assertClose(values.at(-1)?.data as Float32Array, [step.lr], golden.tol.fwd, `rate of step ${index}`);
    changed.forEach((weight, i) => {
      held.set(weight.tensor, values[i] as View);
    });
    weights.forEach((weight, i) => {
      assertClose(
        held.get(weight.tensor) as View,
        array(golden, step.vars[i] as string),
        golden.tol.fwd,
        `v${i} after step ${index}`,
      );
    });
  }
  checkSlots(golden, optimizer, held);
  await checkFinalized(golden, optimizer, weights, held, evaluate);
}

function checkSlots(golden: GoldenCase, optimizer: Optimizer, held: ReadonlyMap<Tensor, View>): void {
  const slots = golden["slots"] as { name: string; array: string }[];
  expect(optimizer.variables.map(({ path }) => path)).to.deep.equal(
    slots.map(({ name }) => `${optimizer.name}/${name}`),
  );
  slots.forEach(({ name, array: key }, i) => {
    const got = held.get((optimizer.variables[i] as Weight).tensor) as View;
    assertClose(got, array(golden, key), golden.tol.fwd, `slot ${name}`);
  });
}

async function checkFinalized(
  golden: GoldenCase,
  optimizer: Optimizer,
  weights: readonly Weight[],
  held: ReadonlyMap<Tensor, View>,
  evaluate: Evaluate,
): Promise<void> {
  if (!golden["finalized"]) return;
  const final = optimizer.finalize(weights);
  const values = await evaluate([...final.values()], held);
  (golden["finalized"] as string[]).forEach((key, i) => {
    assertClose(values[i] as View, array(golden, key), golden.tol.fwd, `v${i} finalized`);
  });
}

/** Keras also writes a module and a registered name beside a schedule's class. */
function expectSameConfig(got: Record<string, unknown>, want: Record<string, unknown>): void {
  const plain = (config: Record<string, unknown>): unknown => {
    const rate = config["learning_rate"] as { class_name: string; config: unknown } | number;
    return {
      ...config,
      learning_rate: typeof rate === "number" ? rate : { class_name: rate.class_name, config: rate.config },
    };
  };
  expect(plain(got)).to.deep.equal(plain(want));
}

async function runSchedule(golden: GoldenCase, evaluate: Evaluate): Promise<void> {
  const schedule = schedules.deserialize({ class_name: golden.class, config: golden["config"] });
  expect(schedule.getConfig()).to.deep.equal(golden["config"]);
  const steps: readonly number[] = golden["steps"];
  const iteration = placeholder([], "int32", "iteration");
  const value = schedule.valueAt(iteration);
  const got: number[] = [];
  for (const step of steps) {
    const [rate] = await evaluate(
      [value],
      new Map([[iteration, { shape: [], dtype: "int32", data: Int32Array.of(step) }]]),
    );
    got.push(rate?.data[0] as number);
  }
  const tolerance: Tolerance = golden.tol.fwd;
  assertClose(got, golden["values"].map(number), tolerance, "rates");
  expect(schedule.at(steps[3] as number)).to.equal(
    evaluateReference([schedule.valueAt(scalar(steps[3] as number, "int32"))], new Map())[0]?.data[0],
  );
}

/** Declares one mocha test per case; cases that can't run yet say why in their title. */
export function describeCases(kind: Kind, evaluate: Evaluate, where: string): void {
  describe(`golden ${kind} cases on ${where}`, () => {
    for (const one of trainingCases(kind)) {
      if (one.skip) it.skip(`${one.id}: ${one.skip}`);
      else it(one.id, () => one.run(evaluate));
    }
  });
}
