// fit's hooks → frames that renew one output, at most ten a second; the last frame is the history's picture.

import type { CallbackHooks, Logs, TrainingParams } from "../../../lib/catalog/callbacks/callback.js";
import { jupyterDisplay } from "../../../lib/show/mime.js";
import type { PublishOptions, TrainingRun } from "../../../lib/show/notebook.js";
import { errorText } from "../inspected.js";
import { liveFrame } from "./frame.js";
import { rememberRun } from "./picture.js";
import { Run } from "./run.js";

/** Milliseconds between frames. */
const frameTime = 100;

export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Does something once, later; what it returns takes that back. */
  later(milliseconds: number, work: () => void): () => void;
}

const realClock: Clock = {
  now: () => performance.now(),
  later(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    // A frame that is due keeps no process alive.
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Shows a value where the running cell's output goes, or in the place of an older one; returns its id. */
export type Publish = (value: unknown, options: PublishOptions) => string;

/** The callback that shows one training; every fit has its own. */
export function trainingProgress(publish: Publish, training: TrainingRun, clock: Clock = realClock): CallbackHooks {
  return new LiveTraining(publish, training, clock);
}

class LiveTraining implements CallbackHooks {
  readonly everyBatch = false;
  readonly #publish: Publish;
  readonly #training: TrainingRun;
  readonly #clock: Clock;
  readonly #run = new Run();
  #id: string | undefined;
  #shown = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(publish: Publish, training: TrainingRun, clock: Clock) {
    this.#publish = publish;
    this.#training = training;
    this.#clock = clock;
  }

  setParams(params: TrainingParams): void {
    this.#run.params = params;
  }

  onTrainBegin(): void {
    this.#run.begin(this.#clock.now());
    this.#frame();
  }

  onEpochBegin(epoch: number): void {
    this.#run.beginEpoch(epoch, this.#clock.now());
  }

  onBatchEnd(batch: number, logs: Logs): void {
    this.#run.endStep(batch, logs, this.#clock.now());
    this.#frame();
  }

  onTestBegin(): void {
    this.#run.beginValidation(this.#clock.now());
    this.#frame();
  }

  onTestEnd(): void {
    this.#run.endValidation(this.#clock.now());
  }

  onEpochEnd(epoch: number, logs: Logs): void {
    this.#run.endEpoch(epoch, logs);
    this.#frame();
  }

  onTrainEnd(): void {
    const run = this.#run;
    const whole = run.firstEpoch + run.epochsDone >= run.params.epochs;
    this.#last(whole ? "done" : this.#training.signal.aborted ? "interrupted" : "stopped");
  }

  onTrainError(error: unknown): void {
    this.#last("failed", errorText(error).split("\n")[0]);
  }

  /** Shows how things stand now, or soon when the last frame is too young. */
  #frame(): void {
    if (this.#run.ended || this.#cancel) return;
    const wait = this.#shown + frameTime - this.#clock.now();
    if (wait <= 0) this.#show();
    else {
      this.#cancel = this.#clock.later(wait, () => {
        this.#cancel = null;
        this.#show();
      });
    }
  }

  #show(): void {
    const now = this.#clock.now();
    this.#shown = now;
    const bundle = liveFrame(this.#run, now);
    this.#send({ [jupyterDisplay]: () => bundle });
  }

  #last(state: "done" | "interrupted" | "stopped" | "failed", error = ""): void {
    if (this.#run.ended) return;
    this.#cancel?.();
    this.#run.end(state, this.#clock.now(), error);
    rememberRun(this.#training.history, this.#run);
    this.#send(this.#training.history);
  }

  #send(value: unknown): void {
    const options = this.#id === undefined ? {} : { id: this.#id, update: true };
    this.#id = this.#publish(value, options);
  }
}
