// What is known of a training that goes on: how far it is, how fast, and its curves. Its size doesn't grow with the training's length.

import type { Logs, TrainingParams } from "../../../lib/catalog/callbacks/callback.js";
import { isLoss } from "../../../lib/show/historyFigure.js";
import { Averaged } from "../chart/averaged.js";
import { Thinned } from "../chart/thinned.js";

export type RunState = "starting" | "training" | "validating" | "done" | "interrupted" | "stopped" | "failed";

/** Speeds are measured over the last seconds. */
const speedWindow = 3000;

export class Run {
  params: TrainingParams = { epochs: 1, steps: null, samples: null, batchSize: null, verbose: 1 };
  state: RunState = "starting";
  /** What failed. */
  error = "";
  /** Number of the present epoch, from 0. */
  epoch = 0;
  /** Steps done in this epoch. */
  step = 0;
  logs: Logs = {};
  /** Curves within epochs, by name of the log. */
  readonly bySteps: Map<string, Averaged> = new Map();
  /** Values at the ends of epochs. */
  readonly byEpochs: Map<string, Thinned> = new Map();
  /** Log names whose value wasn't finite, and when first. */
  readonly notFinite: Map<string, string> = new Map();

  #began = 0;
  #ended: number | null = null;
  #firstEpoch: number | null = null;
  #epochsDone = 0;
  #allSteps = 0;
  #before: Logs = {};
  /** Times and steps done, within one epoch. */
  #marks: { at: number; step: number }[] = [];
  #validationBegan = 0;
  #validationTook = 0;
  #stepTook: number | null = null;

  begin(now: number): void {
    this.#began = now;
  }

  beginEpoch(epoch: number, now: number): void {
    // The first step waits for programs to be compiled, which says nothing about the others.
    this.#marks = this.#firstEpoch === null ? [] : [{ at: now, step: 0 }];
    this.#firstEpoch ??= epoch;
    this.state = "training";
    this.epoch = epoch;
    this.step = 0;
    this.#before = {};
  }

  endStep(step: number, logs: Logs, now: number): void {
    this.step = step + 1;
    this.#allSteps++;
    this.logs = logs;
    const { steps } = this.params;
    // Without a known length, steps are counted instead of epochs.
    const x = steps === null ? this.#allSteps : this.epoch + this.step / steps;
    // What only knows its mean since the epoch began jumps about in the first steps.
    const settled = this.step > Math.min(20, (steps ?? 200) / 10);
    for (const [name, value] of Object.entries(logs)) {
      this.#watch(name, value);
      if (isLoss(name)) curveOf(this.bySteps, name, Averaged).add(x, this.#ofStep(name, value));
      else if (settled) curveOf(this.bySteps, name, Averaged).add(x, value);
    }
    this.#before = logs;
    this.#measure(now);
  }

  beginValidation(now: number): void {
    this.state = "validating";
    this.#validationBegan = now;
  }

  endValidation(now: number): void {
    this.state = "training";
    this.#validationTook = now - this.#validationBegan;
  }

  endEpoch(epoch: number, logs: Logs): void {
    this.logs = logs;
    const x = this.params.steps === null ? this.#allSteps : epoch + 1;
    for (const [name, value] of Object.entries(logs)) {
      this.#watch(name, value);
      curveOf(this.byEpochs, name, Thinned).add(x, value);
    }
    this.#epochsDone++;
  }

  end(state: RunState, now: number, error = ""): void {
    this.state = state;
    this.error = error;
    this.#ended = now;
  }

  /** Number of the first epoch, from 0. */
  get firstEpoch(): number {
    return this.#firstEpoch ?? 0;
  }

  get allSteps(): number {
    return this.#allSteps;
  }

  get epochsDone(): number {
    return this.#epochsDone;
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  seconds(now: number): number {
    return ((this.#ended ?? now) - this.#began) / 1000;
  }

  /** 0 to 1; null while nobody can know. */
  get share(): number | null {
    const { epochs, steps } = this.params;
    const first = this.firstEpoch;
    const within = steps === null ? 0 : this.step / steps;
    // After its end an epoch is counted once.
    const done = this.#epochsDone + (this.epoch - first === this.#epochsDone ? within : 0);
    if (steps === null && epochs - first <= 1) return this.state === "done" ? 1 : null;
    return Math.min(1, done / Math.max(1, epochs - first));
  }

  get stepsPerSecond(): number | null {
    return this.#stepTook === null || this.#stepTook <= 0 ? null : 1000 / this.#stepTook;
  }

  get samplesPerSecond(): number | null {
    const { stepsPerSecond } = this;
    const { batchSize } = this.params;
    return stepsPerSecond === null || batchSize === null ? null : stepsPerSecond * batchSize;
  }

  /** Until all epochs are done, with their validations; null while nobody can know. */
  get secondsLeft(): number | null {
    const { steps, epochs } = this.params;
    if (steps === null || this.#stepTook === null || this.ended) return null;
    const left = Math.max(0, steps - this.step) + Math.max(0, epochs - this.epoch - 1) * steps;
    const validations = epochs - this.firstEpoch - this.#epochsDone;
    return (left * this.#stepTook + validations * this.#validationTook) / 1000;
  }

  /** The mean of this step alone, from two running means. */
  #ofStep(name: string, mean: number): number {
    const before = this.#before[name];
    return before === undefined ? mean : mean * this.step - before * (this.step - 1);
  }

  #measure(now: number): void {
    const last = this.#marks.at(-1);
    if (!last || now - last.at >= 100) this.#marks.push({ at: now, step: this.step });
    while (this.#marks.length > 2 && now - (this.#marks[1]?.at ?? 0) > speedWindow) this.#marks.shift();
    const first = this.#marks[0];
    if (first && this.step > first.step && now > first.at) this.#stepTook = (now - first.at) / (this.step - first.step);
  }

  #watch(name: string, value: number): void {
    if (Number.isFinite(value) || this.notFinite.has(name)) return;
    this.notFinite.set(name, `epoch ${this.epoch + 1}, step ${this.step}`);
  }
}

function curveOf<T>(curves: Map<string, T>, name: string, Curve: new () => T): T {
  let curve = curves.get(name);
  if (!curve) {
    curve = new Curve();
    curves.set(name, curve);
  }
  return curve;
}
