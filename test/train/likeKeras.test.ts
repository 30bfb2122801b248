// fit, evaluate and callbacks beside Keras 3.15.1 on JAX: the numbers are what it reports for the same models and data.

import { expect } from "chai";
import {
  type CompileOptions,
  configure,
  dense,
  type EarlyStopping,
  earlyStopping,
  type FitOptions,
  input,
  type Logs,
  type Model,
  metrics,
  model,
  ops,
  sgd,
  terminateOnNaN,
} from "../../lib/index.js";
import { count, xs, ys } from "./lineData.js";
import { messageOf } from "./thrown.js";

const classes = xs.map((_, i) => [i % 2]);

async function line(options: Partial<CompileOptions> = {}): Promise<Model> {
  const x = input([2], { name: "x" });
  const m = model({ inputs: x, outputs: dense(1, { name: "y" })(x) });
  await m.setWeights([[[0.5], [-0.25]], [0.1]]);
  m.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: "mse", metrics: ["mae"], ...options });
  return m;
}

/** Whatever is said while `work` is done. */
async function warnings(work: () => Promise<unknown>): Promise<string[]> {
  const { warn } = console;
  const said: string[] = [];
  console.warn = (text: string) => void said.push(text);
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return said;
}

function close(got: Logs | Readonly<Record<string, readonly number[]>>, wanted: object): void {
  expect(Object.keys(got)).deep.equal(Object.keys(wanted));
  for (const [name, values] of Object.entries(wanted)) {
    const found = [got[name]].flat() as number[];
    expect(found.length, name).equal([values].flat().length);
    [values].flat().forEach((value: number, i) => {
      expect(found[i], name).closeTo(value, 2e-6);
    });
  }
}

/** Trains in order; how many batches each epoch had, and the history. */
async function trained(m: Model, options: FitOptions, y = ys): Promise<[number[], Record<string, number[]>]> {
  const batches: number[] = [];
  const counting = {
    onEpochBegin: () => void batches.push(0),
    onBatchEnd: (batch: number) => void batches.splice(-1, 1, batch + 1),
  };
  const { history } = await m.fit(xs, y, { shuffle: false, verbose: 0, callbacks: [counting], ...options });
  return [batches, history];
}

describe("fit does as Keras does", () => {
  before(() => configure({ backend: "js" }));

  it("goes on in the next epoch where stepsPerEpoch ended the last", async () => {
    const m = await line();
    const said = await warnings(async () => {
      const [batches, history] = await trained(m, { batchSize: 4, stepsPerEpoch: 2, epochs: 4 });
      expect(batches).deep.equal([2, 1, 2, 1]);
      close(history, {
        loss: [0.2379886, 0.1364833, 0.1550149, 0.1224811],
        mae: [0.3888, 0.3649766, 0.3176627, 0.3463341],
      });
    });
    expect(said).deep.equal(new Array(2).fill("the data ended after 1 of 2 batches"));
  });

  it("cuts as many batches as there are steps, where no size is given", async () => {
    const [batches, history] = await trained(await line(), { stepsPerEpoch: 4, epochs: 2 });
    expect(batches).deep.equal([4, 4]);
    close(history, { loss: [0.2048981, 0.1345693], mae: [0.3688937, 0.3011377] });
  });

  it("ends an epoch with its data", async () => {
    const said = await warnings(async () => {
      const [batches, history] = await trained(await line(), { batchSize: 4, stepsPerEpoch: 5, epochs: 2 });
      expect(batches).deep.equal([3, 3]);
      close(history, { loss: [0.2176876, 0.1485081], mae: [0.3840353, 0.323397] });
    });
    expect(said[0]).equal("the data ended after 3 of 5 batches");
  });

  it("validates as often as it's told", async () => {
    const options = { validationSplit: 0.2, epochs: 4, batchSize: 4 };
    const training = {
      loss: [0.2379886, 0.1217286, 0.0857779, 0.0707589],
      mae: [0.3888, 0.2958286, 0.2611939, 0.2406849],
    };
    const [, second] = await trained(await line(), { ...options, validationFreq: 2 });
    close(second, { ...training, val_loss: [0.183319, 0.1943818], val_mae: [0.4248055, 0.4382758] });
    const [, listed] = await trained(await line(), { ...options, validationFreq: [1, 4] });
    close(listed, { ...training, val_loss: [0.1364833, 0.1943818], val_mae: [0.3649766, 0.4382758] });
    const zero = await messageOf("ValueError", async () => trained(await line(), { validationFreq: 0 }));
    expect(zero).match(/validationFreq must be a whole number from 1, received 0/);
  });

  it("validates with the first validationSteps batches", async () => {
    const options = { validationData: [xs, ys], validationSteps: 2, epochs: 2 } as const;
    const [, sized] = await trained(await line(), { ...options, batchSize: 4 });
    close(sized, {
      loss: [0.2176876, 0.1485081],
      mae: [0.3840353, 0.323397],
      val_loss: [0.1581222, 0.1123717],
      val_mae: [0.3273253, 0.2738886],
    });
    const [, whole] = await trained(await line(), options);
    close(whole, {
      loss: [0.2115625, 0.158956],
      mae: [0.3775, 0.33219],
      val_loss: [0.158956, 0.1296641],
      val_mae: [0.33219, 0.3056467],
    });
  });

  it("weighs classes in training, not in validation", async () => {
    const m = await line({ loss: "binary_crossentropy", metrics: ["accuracy"], weightedMetrics: ["accuracy"] });
    const [, history] = await trained(m, { classWeight: { 0: 1, 1: 3 }, validationSplit: 0.4, epochs: 2 }, classes);
    const losses = history as { loss: number[]; val_loss: number[]; weighted_accuracy: number[] };
    expect(Object.keys(history)).deep.equal([
      "accuracy",
      "loss",
      "val_accuracy",
      "val_loss",
      "val_weighted_accuracy",
      "weighted_accuracy",
    ]);
    // Predictions below zero meet the clipping of logarithms, in float32.
    expect(losses.loss[0]).closeTo(10.1270952, 1e-5);
    expect(losses.loss[1]).closeTo(7.9711928, 1e-5);
    expect(losses.val_loss[0]).closeTo(7.9711924, 1e-5);
    expect(losses.weighted_accuracy).deep.equal([0.25, 0.75]);
  });

  it("measures every batch by itself", async () => {
    const m = await line();
    close(await m.trainOnBatch(xs.slice(0, 5), ys.slice(0, 5)), { loss: 0.391250014, mae: 0.6 });
    close(await m.trainOnBatch(xs.slice(5), ys.slice(5)), { loss: 0.0628544465, mae: 0.2066 });
    close(await m.testOnBatch(xs.slice(0, 3), ys.slice(0, 3)), { loss: 0.321207374, mae: 0.559007227 });
    const means = await m.testOnBatch(xs, ys);
    await m.testOnBatch(xs.slice(0, 5), ys.slice(0, 5));
    const second = await m.testOnBatch(xs.slice(5), ys.slice(5), { resetMetrics: false });
    close(second, means);
  });

  it("evaluates and predicts the first steps", async () => {
    const m = await line();
    close(await m.evaluate(xs, ys, { steps: 2, batchSize: 3 }), { loss: 0.334479183, mae: 0.5375 });
    expect((await m.predict(xs, { steps: 2, batchSize: 3 })).shape).deep.equal([6, 1]);
    expect((await m.predict(xs, { steps: 3 })).shape).deep.equal([count, 1]);
  });

  it("takes one loss weight", async () => {
    close(await (await line({ lossWeights: 2 })).evaluate(xs, ys), { loss: 0.42312497, mae: 0.3775 });
  });

  it("names and orders the logs of several outputs", async () => {
    const x = input([2]);
    const m = model({ inputs: x, outputs: ["b", "a"].map((name) => dense(1, { name, kernelInitializer: "ones" })(x)) });
    m.compile({
      optimizer: "sgd",
      loss: ["mse", "mae"],
      metrics: [["mae"], ["mse"]],
      weightedMetrics: [["mae"], ["mse", "mae"]],
    });
    const sampleWeight = [xs.map(([a]) => a as number), xs.map(() => 1)];
    close(await m.evaluate(xs, [ys, ys], { sampleWeight }), {
      a_loss: 1.1,
      a_mae: 1.1,
      a_mse: 1.54,
      a_weighted_mse: 1.54,
      b_loss: 0.33,
      b_mae: 1.1,
      b_weighted_mae: 0.73333335,
      loss: 1.43,
    });
  });
});

describe("callbacks do as Keras's do", () => {
  before(() => configure({ backend: "js" }));

  /** Epochs until patience ends, at a rate that makes the model no better. */
  const stopsBy = async (callback: EarlyStopping, options: Partial<CompileOptions>): Promise<number> => {
    const m = await line({ ...options, optimizer: sgd({ learningRate: 0 }) });
    return (await m.fit(xs, classes, { epochs: 3, verbose: 0, callbacks: [callback] })).epoch.length;
  };

  it("watches in the direction of the metric, whatever its name", async () => {
    const m = await line({
      metrics: [metrics.auc({ name: "loss_of_face" }), metrics.rootMeanSquaredError({ name: "score" })],
    });
    await m.evaluate(xs, classes);
    expect(["loss", "val_loss", "loss_of_face", "val_score", "nothing"].map((name) => m.directionOf(name))).deep.equal([
      "down",
      "down",
      "up",
      "down",
      null,
    ]);
    expect(await stopsBy(earlyStopping({ monitor: "cosine_similarity" }), { metrics: ["cosine_similarity"] })).equal(2);
  });

  it("refuses to guess at a direction", async () => {
    const options: Partial<CompileOptions> = { metrics: [(y, p) => ops.mean(ops.subtract(y, p))] };
    const m = await line(options);
    const [name] = Object.keys(await m.evaluate(xs, ys)).filter((entry) => entry !== "loss") as [string];
    const refused = await messageOf("ValueError", () => stopsBy(earlyStopping({ monitor: name }), options));
    expect(refused).match(/can't know whether ".*" should grow or fall/);
    expect(await stopsBy(earlyStopping({ monitor: name, mode: "min" }), options)).equal(2);
  });

  it("ends training at a loss that isn't finite, or raises", async () => {
    const optimizer = sgd({ learningRate: 1e30 });
    const options: FitOptions = { batchSize: 2, epochs: 3, verbose: 0, shuffle: false };
    const said = await warnings(async () => {
      const watch = terminateOnNaN();
      const { epoch } = await (await line({ optimizer })).fit(xs, ys, { ...options, callbacks: [watch] });
      expect(epoch).deep.equal([0]);
      expect(watch.place).a("string");
    });
    expect(said.join()).match(/^Batch \d: the loss is (Infinity|NaN); .* was not finite first; terminating training$/);
    const raised = await messageOf("WeftError", async () =>
      (await line({ optimizer })).fit(xs, ys, { ...options, callbacks: [terminateOnNaN({ raiseError: true })] }),
    );
    expect(raised).match(/the loss is .*lower the learning rate/s);
  });
});
