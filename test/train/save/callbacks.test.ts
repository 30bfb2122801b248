// Callbacks that write files: checkpoints, and training that goes on as if it had never been interrupted.

import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  backupAndRestore,
  batchNormalization,
  type CallbackHooks,
  configure,
  dense,
  dropout,
  type History,
  input,
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
    // Five steps in an epoch.
    expect((await readdir(folder)).sort()).deep.equal(["1-4.keras", "2-8.keras"]);
  });

  it("wrong options are said at once", async () => {
    expect(() => modelCheckpoint("m.h5")).throw(/must end in \.keras, received "m\.h5"/);
    expect(() => modelCheckpoint("m.keras", { saveWeightsOnly: true })).throw(/must end in \.weights\.h5/);
    expect(() => modelCheckpoint("m.keras", { saveFreq: 0 })).throw(/saveFreq must be/);
    const error = await trained(await made(7), 1, [modelCheckpoint(join(folder, "{lost}.keras"))]).catch(
      (e: Error) => e,
    );
    expect((error as Error).message).match(/names "lost"[\s\S]*known: loss, mae, val_loss/);
  });
});
