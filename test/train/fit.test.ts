// Training through the public API: logs, callbacks, generators, stopping, seeds, and what is refused.

import assert from "node:assert/strict";
import {
  Callback,
  configure,
  dense,
  dropout,
  earlyStopping,
  exponentialDecay,
  input,
  type Logs,
  learningRateScheduler,
  type Model,
  model,
  ops,
  reduceLROnPlateau,
  sequential,
  sgd,
  terminateOnNaN,
} from "../../lib/index.js";
import { count, xs, ys } from "./lineData.js";
import { messageOf } from "./thrown.js";

function linear(): Model {
  const x = input([2], { name: "x" });
  return model({ inputs: x, outputs: dense(1, { name: "y" })(x), name: "line" });
}

async function trained(rate = 0.1): Promise<Model> {
  await configure({ seed: 3 });
  const m = linear();
  m.compile({ optimizer: sgd({ learningRate: rate }), loss: "mse", metrics: ["mae"] });
  return m;
}

for (const backend of ["js", "wasm"] as const) {
  describe(`fit on ${backend}`, () => {
    before(() => configure({ backend }));

    it("lowers the loss and keeps a history as Keras does", async () => {
      const m = await trained();
      const result = await m.fit(xs, ys, { epochs: 4, batchSize: 4, validationSplit: 0.2, verbose: 0 });
      assert.deepEqual(Object.keys(result.history), ["loss", "mae", "val_loss", "val_mae"]);
      assert.deepEqual(result.epoch, [0, 1, 2, 3]);
      const { seed: _, signal, ...params } = result.params;
      assert.deepEqual(params, { epochs: 4, steps: 2, samples: 8, batchSize: 4, verbose: 0 });
      assert.equal(signal?.aborted, false);
      const losses = result.history["loss"] as number[];
      assert.ok((losses[3] as number) < (losses[0] as number), String(losses));
      const scores = await m.evaluate(xs, ys);
      assert.deepEqual(Object.keys(scores), ["loss", "mae"]);
    });

    it("repeats itself from the same seed, and shuffles by it", async () => {
      const run = async (seed: number): Promise<unknown> =>
        (await (await trained()).fit(xs, ys, { epochs: 2, batchSize: 3, seed, verbose: 0 })).history;
      assert.deepEqual(await run(1), await run(1));
      assert.notDeepEqual(await run(1), await run(2));
    });

    it("measures and predicts the same whatever the batch size", async () => {
      const m = await trained();
      const whole = await m.predict(xs);
      assert.deepEqual(await m.predict(xs, { batchSize: 3 }), whole);
      const [a, b] = [await m.evaluate(xs, ys, { batchSize: 3 }), await m.evaluate(xs, ys)];
      for (const name of ["loss", "mae"]) assert.ok(Math.abs((a[name] as number) - (b[name] as number)) < 1e-6);
    });

    it("calls callbacks in Keras's order", async () => {
      const said: string[] = [];
      class Listener extends Callback {
        override onTrainBegin(): void {
          said.push(`begin ${this.model.name} ${this.params.steps}`);
        }
        override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
          await new Promise((resolve) => setTimeout(resolve, 1));
          said.push(`epoch ${epoch} ${Object.keys(logs).join()}`);
        }
      }
      const plain = {
        onBatchBegin: (batch: number) => said.push(`> ${batch}`),
        onBatchEnd: (batch: number) => said.push(`< ${batch}`),
        onTestBegin: () => said.push("test"),
        onTrainEnd: () => said.push("end"),
      };
      await (await trained()).fit(xs, ys, {
        batchSize: 5,
        validationData: [xs, ys],
        callbacks: [new Listener(), plain],
        verbose: 0,
      });
      assert.deepEqual(said, [
        "begin line 2",
        "> 0",
        "< 0",
        "> 1",
        "< 1",
        "test",
        "epoch 0 loss,mae,val_loss,val_mae",
        "end",
      ]);
    });

    it("takes batches from generators, also endless ones, by name or position", async () => {
      const m = await trained();
      function* forever(): Generator<[{ x: number[][] }, number[][]]> {
        for (let i = 0; ; i = (i + 5) % count) yield [{ x: xs.slice(i, i + 5) }, ys.slice(i, i + 5)];
      }
      const a = await m.fit(forever(), { stepsPerEpoch: 2, epochs: 3, verbose: 0 });
      const b = await (await trained()).fit(xs, ys, { batchSize: 5, shuffle: false, epochs: 3, verbose: 0 });
      assert.deepEqual(a.history, b.history);
      async function* once(): AsyncGenerator<[number[][], number[][]]> {
        yield [xs.slice(0, 6), ys.slice(0, 6)];
        yield [xs.slice(6), ys.slice(6)];
      }
      const c = await m.fit(once, { epochs: 2, verbose: 0 });
      assert.equal(c.epoch.length, 2);
      const scores = await m.evaluate(once());
      assert.ok(Math.abs((scores["loss"] as number) - ((await m.evaluate(xs, ys))["loss"] as number)) < 1e-6);
      assert.equal((await m.predict([xs.slice(0, 3), xs.slice(3)].values())).shape[0], count);
    });

    it("ends when told: signal, stopTraining, patience", async () => {
      const m = await trained();
      const control = new AbortController();
      const aborted = await m.fit(xs, ys, {
        epochs: 50,
        batchSize: 2,
        verbose: 0,
        signal: control.signal,
        callbacks: [{ onBatchEnd: (batch) => batch === 1 && control.abort() }],
      });
      assert.deepEqual(aborted.epoch, [0]);
      const stopped = await m.fit(xs, ys, {
        epochs: 50,
        verbose: 0,
        callbacks: [
          {
            onEpochEnd(epoch: number): void {
              m.stopTraining = epoch === 2;
            },
          },
        ],
      });
      assert.equal(stopped.epoch.length, 3);
      const patient = earlyStopping({ monitor: "loss", patience: 1, minDelta: 100, restoreBestWeights: true });
      const early = await m.fit(xs, ys, { epochs: 50, verbose: 0, callbacks: [patient] });
      assert.equal(early.epoch.length, 2);
      assert.equal(patient.stoppedEpoch, 1);
    });

    it("gives the weights of the best epoch back", async () => {
      const m = await trained();
      let best: unknown;
      const keep = {
        onEpochEnd: async (epoch: number): Promise<void> => {
          if (epoch === 0) best = await m.getWeights();
        },
      };
      // A rate that makes everything worse.
      await m.setLearningRate(3);
      await m.fit(xs, ys, {
        epochs: 9,
        verbose: 0,
        callbacks: [keep, earlyStopping({ monitor: "loss", patience: 2, restoreBestWeights: true })],
      });
      assert.deepEqual(await m.getWeights(), best);
    });

    it("changes learning rates", async () => {
      const m = await trained(0.5);
      const halved = await m.fit(xs, ys, {
        epochs: 3,
        verbose: 0,
        callbacks: [learningRateScheduler((_epoch, rate) => rate / 2)],
      });
      assert.deepEqual(halved.history["learning_rate"], [0.25, 0.125, 0.0625]);
      const plateau = await m.fit(xs, ys, {
        epochs: 3,
        verbose: 0,
        callbacks: [reduceLROnPlateau({ monitor: "loss", patience: 1, minDelta: 100, factor: 0.5 })],
      });
      assert.deepEqual(plateau.history["learning_rate"], [0.0625, 0.0625, 0.03125]);
      m.compile({ optimizer: sgd({ learningRate: exponentialDecay(1, 1, 0.5) }), loss: "mse" });
      assert.match(await messageOf("StateError", () => m.setLearningRate(1)), /follows a schedule/);
    });

    it("keeps frozen layers, and layers frozen after compile until the next compile", async () => {
      const x = input([2]);
      const frozen = dense(2, { trainable: false });
      const m = model({ inputs: x, outputs: dense(1)(frozen(x)) });
      m.compile({ optimizer: "sgd", loss: "mse" });
      const before = await frozen.getWeights();
      await m.fit(xs, ys, { verbose: 0 });
      assert.deepEqual(await frozen.getWeights(), before);
      frozen.trainable = true;
      await m.fit(xs, ys, { verbose: 0 });
      assert.deepEqual(await frozen.getWeights(), before);
      m.compile({ optimizer: "sgd", loss: "mse" });
      await m.fit(xs, ys, { verbose: 0 });
      assert.notDeepEqual(await frozen.getWeights(), before);
    });

    it("drops out anew at every step, and only in training", async () => {
      await configure({ seed: 5 });
      const x = input([64]);
      const m = model({ inputs: x, outputs: dropout(0.5)(x) });
      const ones = [new Array<number>(64).fill(1)];
      assert.deepEqual([...(await m.predict(ones)).data], ones[0]);
      const y = dense(1, { name: "sum", kernelInitializer: "ones", trainable: false })(dropout(0.5)(x));
      const sums = model({ inputs: x, outputs: [y, dense(1)(x)] });
      sums.compile({ optimizer: sgd({ learningRate: 0 }), loss: ["mse", "mse"] });
      const seen = new Set<number>();
      for (let i = 0; i < 4; i++) {
        const logs = await sums.trainOnBatch(ones, [[0], [0]]);
        seen.add(logs["sum_loss"] as number);
      }
      assert.ok(seen.size > 1, [...seen].join());
    });

    it("names the first layer whose values stop being finite", async () => {
      const x = input([2]);
      const logarithm = model({ inputs: x, outputs: ops.log(ops.subtract(dense(1, { name: "before" })(x), 1e6)) });
      const head = dense(1, { name: "head" })(dense(2, { name: "body", activation: ops.log })(x));
      const m = model({ inputs: x, outputs: head });
      m.compile({ optimizer: "sgd", loss: "mse" });
      await m.setWeights([
        [
          [-1, -1],
          [-1, -1],
        ],
        [-1, -1],
        [[1], [1]],
        [0],
      ]);
      const watch = terminateOnNaN();
      const warned: string[] = [];
      const { warn } = console;
      console.warn = (text: string) => void warned.push(text);
      try {
        const { epoch } = await m.fit(xs, ys, { epochs: 5, verbose: 0, callbacks: [watch] });
        assert.equal(epoch.length, 1);
      } finally {
        console.warn = warn;
      }
      assert.equal(watch.place, 'output of dense "body"');
      assert.match(warned.join(), /Batch 0: the loss is NaN; output of dense "body" was not finite first/);
      logarithm.compile({ optimizer: "sgd", loss: "mse", debug: true });
      assert.match(
        await messageOf("WeftError", () => logarithm.fit(xs, ys, { verbose: 0 })),
        /output "log" is not finite at batch 0/,
      );
    });

    it("does one fit at a time, after compile, with a loss that has a gradient", async () => {
      const m = linear();
      assert.match(await messageOf("StateError", () => m.fit(xs, ys)), /must be compiled before fit/);
      m.compile({ optimizer: "sgd", loss: "mse" });
      const first = m.fit(xs, ys, { epochs: 3, verbose: 0 });
      assert.match(await messageOf("StateError", () => m.fit(xs, ys)), /already training/);
      assert.equal((await first).epoch.length, 3);
      m.compile({ optimizer: "sgd", loss: null });
      assert.match(await messageOf("StateError", () => m.fit(xs, ys, { verbose: 0 })), /no loss to train with/);
      m.compile({ optimizer: "sgd", loss: (_y, p) => ops.cast(ops.greater(p, 0), "float32") });
      assert.match(
        await messageOf("ValueError", () => m.fit(xs, ys, { verbose: 0 })),
        /no gradient towards any weight/,
      );
      assert.match(
        await messageOf("NameError", async () => m.compile({ optimizer: "sgd", loss: "mean_squared_eror" as "mse" })),
        /did you mean "mean_squared_error"/,
      );
      assert.match(
        await messageOf("NameError", async () => m.compile({ optimizer: "sgd", loss: { z: "mse" } })),
        /unknown output in loss "z"/,
      );
    });

    it("averages weights at the end when the optimizer says so, and leaves those alone that no gradient reaches", async () => {
      const x = input([2]);
      const idle = dense(1, { name: "idle" });
      const m = model({ inputs: x, outputs: [dense(1, { kernelInitializer: "ones" })(x), idle(x)] });
      m.compile({ optimizer: sgd({ learningRate: 0.1, useEma: true, emaMomentum: 0.5 }), loss: ["mse", null] });
      const before = await idle.getWeights();
      const seen: number[] = [];
      const look = async (): Promise<void> => void seen.push((await m.getWeights())[0]?.data[0] as number);
      const once = [[1, 0]];
      await m.fit(once, [[[0]], null], {
        epochs: 3,
        verbose: 0,
        shuffle: false,
        callbacks: [{ onEpochEnd: look }],
      });
      assert.deepEqual(await idle.getWeights(), before);
      // One step per epoch; the first value is the average so far.
      const [a, b, c] = seen as [number, number, number];
      const average = ((a + b) / 2 + c) / 2;
      assert.ok(Math.abs(((await m.getWeights())[0]?.data[0] as number) - average) < 1e-6);
    });

    it("scales the loss for its gradients only", async () => {
      const run = async (lossScaleFactor: number | null): Promise<unknown> => {
        await configure({ seed: 3 });
        const m = linear();
        m.compile({ optimizer: sgd({ learningRate: 0.1, lossScaleFactor }), loss: "mse" });
        const { history } = await m.fit(xs, ys, { epochs: 2, batchSize: 5, verbose: 0, seed: 1 });
        return [history, await m.getWeights()];
      };
      assert.deepEqual(await run(1024), await run(null));
    });

    it("reports the memory it would take", async () => {
      const m = await trained();
      const report = await m.memory({ batchSize: 4 });
      assert.equal(report.weightBytes, 12);
      assert.ok(report.peakBytes > 12);
    });

    it("trains sequential models of a thousand lives without keeping them", async function () {
      this.timeout(60_000);
      if (backend === "js") this.skip();
      const once = async (): Promise<void> => {
        const m = sequential([input([2]), dense(4, { activation: "relu" }), dense(1)]);
        m.compile({ optimizer: "adam", loss: "mse" });
        await m.fit(xs, ys, { verbose: 0 });
      };
      for (let i = 0; i < 20; i++) await once();
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < 60; i++) await once();
      await new Promise((resolve) => setTimeout(resolve, 20));
      globalThis.gc?.();
      const grown = process.memoryUsage().heapUsed - before;
      assert.ok(grown < 8e6, `${(grown / 1e6).toFixed(1)} MB more`);
    });
  });
}
