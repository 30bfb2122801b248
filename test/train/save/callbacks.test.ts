// Callbacks that write files: checkpoints, and training that goes on as if it had never been interrupted.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import {
  backupAndRestore,
  batchNormalization,
  type CallbackHooks,
  configure,
  dense,
  dropout,
  gru,
  type History,
  input,
  learningRateScheduler,
  load,
  type Model,
  model,
  modelCheckpoint,
  modelFromJSON,
} from "../../../lib/index.js";

const x = Array.from({ length: 50 }, (_, i) => [Math.sin(i), Math.cos(2 * i), (i % 5) / 5]);
const y = x.map(([a, b, c]) => [(a as number) * (b as number) - (c as number)]);

function made(seed: number): Promise<Model> {
  return configure({ seed }).then(() => {
    const a = input([3], { name: "a" });
    const hidden = dropout(0.3)(batchNormalization()(dense(8, { activation: "relu" })(a)));
    const m = model({ inputs: a, outputs: dense(1)(hidden), name: "same" });
    m.compile({ optimizer: "adam", loss: "mse", metrics: ["mae"] });
    return m;
  });
}

const trained = (m: Model, epochs: number, callbacks: CallbackHooks[], signal?: AbortSignal): Promise<History> =>
  m.fit(x, y, { epochs, batchSize: 8, validationSplit: 0.2, verbose: 0, callbacks, signal });

/** What would be warned of. */
async function warnings<T>(work: () => Promise<T>): Promise<string[]> {
  const { warn } = console;
  const said: string[] = [];
  console.warn = (text) => void said.push(String(text));
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return said;
}

describe("callbacks that write files", () => {
  let folder = "";
  before(() => configure({ backend: "wasm", threads: 2 }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("a backup goes on where training was interrupted, with the same bits", async () => {
    const whole = (await trained(await made(1), 6, [])).history;
    const until = (epoch: number): CallbackHooks => ({
      onEpochEnd(now) {
        if (now === epoch) throw new Error("killed");
      },
    });
    const first = await made(1);
    const error = await trained(first, 6, [backupAndRestore(folder), until(2)]).catch((reason: Error) => reason);
    expect((error as Error).message).equal("killed");
    expect(await readdir(folder)).deep.equal(["backup.keras"]);
    // Another process: other weights, other seeds.
    const rest = await trained(await made(99), 6, [backupAndRestore(folder)]);
    expect(rest.epoch).deep.equal([3, 4, 5]);
    for (const [name, values] of Object.entries(whole)) expect(rest.history[name], name).deep.equal(values.slice(3));
    expect(await readdir(folder), "done").deep.equal([]);
  });

  it("a backup stays when training is interrupted in the midst of an epoch", async () => {
    const whole = (await trained(await made(2), 4, [])).history;
    const interrupt = new AbortController();
    const at = (epoch: number, batch: number): CallbackHooks => {
      let now = 0;
      return {
        onEpochBegin(begun) {
          now = begun;
        },
        onBatchEnd: (done) => (now === epoch && done === batch ? interrupt.abort() : undefined),
      };
    };
    await trained(await made(2), 4, [backupAndRestore(folder), at(2, 1)], interrupt.signal);
    expect(await readdir(folder)).deep.equal(["backup.keras"]);
    const rest = await trained(await made(77), 4, [backupAndRestore(folder, { deleteCheckpoint: false })]);
    expect(rest.history["loss"]).deep.equal(whole["loss"]?.slice(2));
    expect(await readdir(folder)).deep.equal(["backup.keras"]);
    // Nothing is left to do.
    expect((await trained(await made(78), 4, [backupAndRestore(folder)])).epoch).deep.equal([]);
  });

  it("a backup every few batches goes on in the midst of an epoch, with the same bits", async () => {
    // Five batches an epoch. The rate changes as epochs begin, and must not change again in one that goes on.
    const slower = (): CallbackHooks => learningRateScheduler((_epoch, rate) => rate * 0.7);
    const whole = await made(5);
    const { history } = await trained(whole, 4, [slower()]);
    const weights = await whole.getWeights();
    for (const saveFreq of [1, 2, 3, 5, 7]) {
      for (const killed of [1, 4, 5, 8, 13, 19]) {
        let batches = 0;
        const kill: CallbackHooks = {
          onBatchEnd() {
            if (++batches === killed) throw new Error("killed");
          },
        };
        const error = await trained(await made(5), 4, [backupAndRestore(folder, { saveFreq }), slower(), kill]).catch(
          (reason: Error) => reason,
        );
        expect((error as Error).message).equal("killed");
        const done = killed - (killed % saveFreq);
        const seen: number[] = [];
        const watch: CallbackHooks = { onBatchEnd: (batch) => void seen.push(batch) };
        // With and without a look at every batch.
        const callbacks = [backupAndRestore(folder, { saveFreq: saveFreq === 2 ? "epoch" : saveFreq }), slower()];
        const m = await made(80 + killed);
        const rest = await trained(m, 4, saveFreq === 2 ? callbacks : [...callbacks, watch]);
        const label = `saved every ${saveFreq}, killed after ${killed}`;
        const first = Math.floor((done === 0 ? 0 : done - 1) / 5);
        if (done === 0) continue;
        expect(rest.epoch[0], label).equal(first);
        if (saveFreq !== 2) expect(seen, label).deep.equal(Array.from({ length: 20 - done }, (_, i) => (done + i) % 5));
        for (const [name, values] of Object.entries(history))
          expect(rest.history[name], `${name}, ${label}`).deep.equal(values.slice(first));
        expect(await m.getWeights(), label).deep.equal(weights);
        expect(await readdir(folder), label).deep.equal([]);
      }
    }
  });

  it("a process that is killed again and again ends where one that wasn't does", async () => {
    const run = async (where: string, seed: number, dots: number): Promise<string> => {
      const script = fileURLToPath(new URL("./trainer.js", import.meta.url));
      const child = spawn(process.execPath, [script, where, String(seed)], { stdio: ["ignore", "pipe", "inherit"] });
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.length >= dots) child.kill("SIGKILL");
      });
      await once(child, "close");
      return said;
    };
    const whole = (await run(join(folder, "whole"), 5, Number.POSITIVE_INFINITY)).split("\n")[1];
    expect(whole).match(/val_mae/);
    // 144 batches; the first run has the right seeds, the others theirs from the backup.
    let batches = 0;
    for (const [i, dots] of [7, 1, 22, 16, 3, 30].entries()) {
      const said = await run(join(folder, "killed"), i === 0 ? 5 : 60 + i, dots);
      expect(said).match(/^\.+$/);
      batches += said.length;
    }
    const last = await run(join(folder, "killed"), 70, Number.POSITIVE_INFINITY);
    expect(last.split("\n")[1]).equal(whole);
    expect(batches + last.indexOf("\n"), "batches").within(144, 144 + 7 * 3);
  });

  it("a backup goes on with passes that are shorter than the data, and with batches of a generator", async () => {
    const batches = function* (): Generator<[number[][], number[][]]> {
      for (let i = 0; i < 50; i += 10) yield [x.slice(i, i + 10), y.slice(i, i + 10)];
    };
    const runs: ((m: Model, callbacks: CallbackHooks[]) => Promise<History>)[] = [
      // Seven batches in the data: passes begin in its midst.
      (m, callbacks) => m.fit(x, y, { epochs: 6, batchSize: 8, stepsPerEpoch: 3, verbose: 0, callbacks }),
      (m, callbacks) => m.fit(batches, { epochs: 4, verbose: 0, callbacks }),
    ];
    const check = async (run: (m: Model, callbacks: CallbackHooks[]) => Promise<History>): Promise<void> => {
      const { history } = await run(await made(6), []);
      for (const killed of [4, 5, 6, 9, 11]) {
        let count = 0;
        const kill: CallbackHooks = {
          onBatchEnd() {
            if (++count === killed) throw new Error("killed");
          },
        };
        await run(await made(6), [backupAndRestore(folder, { saveFreq: 1 }), kill]).catch(() => undefined);
        const rest = await run(await made(90), [backupAndRestore(folder)]);
        for (const [name, values] of Object.entries(history))
          expect(rest.history[name], `${name} after ${killed}`).deep.equal(values.slice(rest.epoch[0]));
      }
    };
    // The pass in which the data ends is shorter.
    for (const run of runs)
      for (const text of await warnings(() => check(run))) expect(text).match(/the data ended after 1 of 3/);
  });

  it("a backup keeps what stateful layers keep", async () => {
    const stateful = async (seed: number): Promise<Model> => {
      await configure({ seed });
      const a = input([3, 1], { batchSize: 10, name: "a" });
      const m = model({ inputs: a, outputs: dense(1)(gru(4, { stateful: true })(a)), name: "same" });
      m.compile({ optimizer: "adam", loss: "mse" });
      return m;
    };
    const train = (m: Model, callbacks: CallbackHooks[]): Promise<History> =>
      m.fit(
        x.map((row) => row.map((value) => [value])),
        y,
        { epochs: 4, batchSize: 10, shuffle: false, verbose: 0, callbacks },
      );
    const { history } = await train(await stateful(3), []);
    for (const [saveFreq, killed] of [
      [3, 8],
      ["epoch", 12],
    ] as const) {
      let count = 0;
      const kill: CallbackHooks = {
        onBatchEnd() {
          if (++count === killed) throw new Error("killed");
        },
      };
      await train(await stateful(3), [backupAndRestore(folder, { saveFreq }), kill]).catch(() => undefined);
      const rest = await train(await stateful(77), [backupAndRestore(folder)]);
      expect(rest.history["loss"]).deep.equal(history["loss"]?.slice(rest.epoch[0]));
      expect(rest.epoch[0]).greaterThan(0);
    }
  });

  it("a backup that is damaged is replaced by the one before, when two are kept", async () => {
    const whole = (await trained(await made(8), 5, [])).history;
    const until: CallbackHooks = {
      onEpochEnd(epoch) {
        if (epoch === 2) throw new Error("killed");
      },
    };
    const options = { doubleCheckpoint: true };
    await trained(await made(8), 5, [backupAndRestore(folder, options), until]).catch(() => undefined);
    expect((await readdir(folder)).sort()).deep.equal(["backup.keras", "backup.previous.keras"]);
    const path = join(folder, "backup.keras");
    await truncate(path, 3000);
    const error = await trained(await made(9), 5, [backupAndRestore(folder)]).catch((reason: Error) => reason);
    expect((error as Error).message).match(/backup\.keras is no sound \.keras file/);
    const said = await warnings(async () => {
      const rest = await trained(await made(9), 5, [backupAndRestore(folder, options)]);
      expect(rest.history["loss"]).deep.equal(whole["loss"]?.slice(2));
    });
    expect(said).lengthOf(1);
    expect(said[0]).match(/goes on from .*backup\.previous\.keras/);
    expect(await readdir(folder)).deep.equal([]);
  });

  it("a backup of another model is refused", async () => {
    await trained(await made(3), 1, [backupAndRestore(folder, { deleteCheckpoint: false })]);
    const a = input([3]);
    const other = model({ inputs: a, outputs: dense(1)(a) });
    other.compile({ optimizer: "adam", loss: "mse" });
    const error = await trained(other, 2, [backupAndRestore(folder)]).catch((reason: Error) => reason);
    expect((error as Error).message).match(/the file is of another model/);
    const weights = await other.getWeights();
    await other.save(join(folder, "backup.keras"));
    const without = await trained(other, 2, [backupAndRestore(folder)]).catch((reason: Error) => reason);
    expect((without as Error).message).match(/doesn't say where training stood/);
    expect(await other.getWeights()).deep.equal(weights);
  });

  it("a checkpoint of every epoch, by its number and a log", async () => {
    const m = await made(4);
    const checkpoint = modelCheckpoint(join(folder, "deep", "{epoch:03d}-{val_loss:.2f}.keras"));
    const { history } = await trained(m, 3, [checkpoint]);
    const names = history["val_loss"]?.map((loss, i) => `00${i + 1}-${loss.toFixed(2)}.keras`);
    expect((await readdir(join(folder, "deep"))).sort()).deep.equal(names);
    const last = await load(checkpoint.lastPath as string);
    expect(await last.getWeights()).deep.equal(await m.getWeights());
    expect(await last.evaluate(x.slice(40), y.slice(40))).deep.equal({
      loss: history["val_loss"]?.[2],
      mae: history["val_mae"]?.[2],
    });
  });

  it("only the best weights", async () => {
    const m = await made(5);
    const path = join(folder, "best.weights.h5");
    const written: number[] = [];
    const watch: CallbackHooks = {
      async onEpochEnd(epoch) {
        if (existsSync(path)) written.push(epoch);
        await rm(path, { force: true });
      },
    };
    const { history } = await trained(m, 8, [
      modelCheckpoint(path, { saveBestOnly: true, saveWeightsOnly: true }),
      watch,
    ]);
    const losses = history["val_loss"] as number[];
    const best = losses.flatMap((loss, i) => (losses.slice(0, i).every((before) => loss < before) ? [i] : []));
    expect(written).deep.equal(best);
    await m.saveWeights(path);
    const copy = modelFromJSON(m.toJSON());
    await copy.loadWeights(path);
    expect(await copy.getWeights()).deep.equal(await m.getWeights());
  });

  it("every few steps", async () => {
    const m = await made(6);
    const callback = modelCheckpoint(join(folder, "{epoch}-{batch}.keras"), { saveFreq: 4 });
    await trained(m, 2, [callback]);
    // Five steps in an epoch; batches are numbered within it, as in Keras.
    expect((await readdir(folder)).sort()).deep.equal(["1-4.keras", "2-3.keras"]);
  });

  it("wrong options are said at once", async () => {
    expect(() => modelCheckpoint("m.h5")).throw(/must end in \.keras, received "m\.h5"/);
    expect(() => modelCheckpoint("m.keras", { saveWeightsOnly: true })).throw(/must end in \.weights\.h5/);
    expect(() => modelCheckpoint("m.keras", { saveFreq: 0 })).throw(/saveFreq must be/);
    for (const saveFreq of [0, 1.5, "batch" as never])
      expect(() => backupAndRestore(folder, { saveFreq })).throw(/saveFreq must be "epoch" or a whole number/);
    const error = await trained(await made(7), 1, [modelCheckpoint(join(folder, "{lost}.keras"))]).catch(
      (e: Error) => e,
    );
    expect((error as Error).message).match(/names "lost"[\s\S]*known: loss, mae, val_loss/);
  });
});
