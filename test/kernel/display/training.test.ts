// A training's frames: how many, how large, what they say, and how it ends.

import { expect } from "chai";
import { type Clock, trainingProgress } from "../../../kernel/display/training/callback.js";
import type { CallbackHooks } from "../../../lib/catalog/callbacks/callback.js";
import { History } from "../../../lib/index.js";
import { isDisplayable, jupyterDisplay, type MimeBundle } from "../../../lib/show/mime.js";
import { plugPictures } from "./plugged.js";

/** Time passes when it is told to. */
class FakeClock implements Clock {
  time = 0;
  #due: { at: number; work: () => void }[] = [];

  now(): number {
    return this.time;
  }

  later(milliseconds: number, work: () => void): () => void {
    const one = { at: this.time + milliseconds, work };
    this.#due.push(one);
    return () => {
      this.#due = this.#due.filter((other) => other !== one);
    };
  }

  pass(milliseconds: number): void {
    this.time += milliseconds;
    const ready = this.#due.filter(({ at }) => at <= this.time);
    this.#due = this.#due.filter(({ at }) => at > this.time);
    for (const { work } of ready) work();
  }
}

interface Shown {
  readonly at: number;
  readonly value: unknown;
  readonly update: boolean;
}

class Trial {
  readonly clock = new FakeClock();
  readonly shown: Shown[] = [];
  readonly history = new History();
  readonly abort = new AbortController();
  readonly hooks: CallbackHooks;

  constructor(steps: number | null, epochs: number) {
    const publish = (value: unknown, options: { id?: string | undefined; update?: boolean | undefined }): string => {
      expect(options.update ? options.id : undefined).to.equal(this.shown.length > 0 ? "one" : undefined);
      this.shown.push({ at: this.clock.time, value, update: options.update ?? false });
      return "one";
    };
    this.hooks = trainingProgress(publish, { history: this.history, signal: this.abort.signal }, this.clock);
    this.hooks.setParams?.({ epochs, steps, samples: null, batchSize: 32, verbose: 1 });
    this.hooks.onTrainBegin?.({});
  }

  epoch(epoch: number, steps: number, milliseconds: number, loss: (step: number) => number): void {
    this.hooks.onEpochBegin?.(epoch, {});
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      this.clock.pass(milliseconds);
      sum += loss(step);
      this.hooks.onBatchEnd?.(step, { loss: sum / (step + 1), accuracy: 0.5 });
    }
    const logs = { loss: sum / steps, accuracy: 0.5, val_loss: sum / steps, val_accuracy: 0.5 };
    this.hooks.onEpochEnd?.(epoch, logs);
    this.history.onEpochEnd(epoch, logs);
  }

  async last(): Promise<MimeBundle> {
    const value = this.shown.at(-1)?.value;
    return isDisplayable(value) ? value[jupyterDisplay]() : {};
  }
}

describe("display: training", () => {
  plugPictures();

  it("shows at most ten frames a second, all in one place, and the last state of each", async () => {
    const trial = new Trial(1000, 2);
    trial.epoch(0, 1000, 3, (step) => 1 / (step + 1));
    const gaps = trial.shown.slice(1).map(({ at }, i) => at - (trial.shown[i] as Shown).at);
    expect(Math.min(...gaps)).to.be.at.least(100);
    expect(trial.shown.length).to.be.within(25, 31);
    expect(trial.shown.filter(({ update }) => !update)).to.have.length(1);
    // The epoch's end came too early for a frame of its own; it is shown when its time has come.
    trial.clock.pass(100);
    expect((await trial.last())["text/plain"])
      .to.contain("step 1,000/1,000")
      .and.contain("val_loss");
  });

  it("stays as small after a million steps as after thousands", async () => {
    const trial = new Trial(500_000, 2);
    const sizes: number[] = [];
    for (const epoch of [0, 1]) {
      trial.epoch(epoch, 500_000, 0.01, (step) => Math.sin(step * step) + 2);
      trial.clock.pass(200);
      sizes.push(JSON.stringify(await trial.last()).length);
    }
    expect(Math.max(...sizes)).to.be.below(40_000);
  });

  it("says epoch, step, loss, metrics, speed and time left", async () => {
    const trial = new Trial(100, 4);
    trial.epoch(0, 100, 10, () => 0.5);
    trial.hooks.onEpochBegin?.(1, {});
    for (let step = 0; step < 50; step++) {
      trial.clock.pass(10);
      trial.hooks.onBatchEnd?.(step, { loss: 0.25, accuracy: 0.75 });
    }
    trial.clock.pass(100);
    const bundle = await trial.last();
    const text = bundle["text/plain"];
    expect(text).to.contain("Epoch 2/4 · step 50/100");
    // 10 ms a step of 32: 250 steps are left.
    expect(text).to.contain("2.5 s left").and.contain("3,200 samples/s");
    expect(text).to.contain("loss: 0.2500").and.contain("accuracy: 0.7500");
    const html = String(bundle["text/html"]);
    expect(html).to.contain('value="0.3750"').and.contain("<svg");
    expect(html).not.to.match(/#(000|fff)\b|black|white(?!-space)/);
  });

  it("trains without a known number of steps", async () => {
    const trial = new Trial(null, 1);
    trial.epoch(0, 30, 20, () => 1);
    trial.clock.pass(100);
    const bundle = await trial.last();
    expect(bundle["text/plain"]).to.contain("step 30").and.not.contain("left");
    expect(bundle["text/html"]).not.to.contain("NaN");
  });

  it("ends as done, interrupted, stopped or failed", async () => {
    const done = new Trial(10, 1);
    done.epoch(0, 10, 10, () => 1);
    done.hooks.onTrainEnd?.({});
    expect((await done.last())["text/plain"]).to.match(/^History of 1 epoch: .*\n1 epoch in 0\.1 s/);
    // Nothing comes after the last frame.
    const count = done.shown.length;
    done.clock.pass(1000);
    expect(done.shown).to.have.length(count);
    for (const way of ["interrupted", "stopped", "failed"] as const) {
      const trial = new Trial(10, 5);
      trial.epoch(0, 10, 10, () => 1);
      if (way === "interrupted") trial.abort.abort();
      if (way === "failed") trial.hooks.onTrainError?.(new Error("no <memory>"));
      else trial.hooks.onTrainEnd?.({});
      const bundle = await trial.last();
      expect(bundle["text/plain"]).to.contain(way);
      expect(bundle["text/html"]).not.to.contain("<memory>");
      expect(bundle).to.include.keys("application/vnd.plotly.v1+json", "image/png");
    }
  });

  it("names the place where a loss stopped being finite", async () => {
    const trial = new Trial(10, 1);
    trial.epoch(0, 10, 10, (step) => (step < 4 ? 1 : Number.NaN));
    trial.clock.pass(100);
    expect((await trial.last())["text/html"]).to.contain("loss is not finite since epoch 1, step 5");
    trial.hooks.onTrainEnd?.({});
    expect(JSON.stringify(await trial.last())).to.contain("loss is not finite since epoch 1, step 5");
  });

  it("escapes what logs are called", async () => {
    const trial = new Trial(10, 1);
    trial.hooks.onEpochBegin?.(0, {});
    trial.hooks.onBatchEnd?.(0, { "<script>alert(1)</script>": 1 });
    trial.clock.pass(200);
    expect((await trial.last())["text/html"]).not.to.contain("<script>");
  });
});
