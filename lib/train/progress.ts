// Progress while training. A notebook plugs its own picture in; a terminal gets a line that renews itself, anything else a line per epoch.

import { Callback, type CallbackHooks, type Logs } from "../catalog/callbacks/callback.js";
import { notebook, type TrainingRun } from "../show/notebook.js";

/** Whether progress is shown: "auto" is 1 in a terminal or notebook and 0 elsewhere, 1 a bar, 2 one line per epoch, 0 nothing. */
export type Verbose = "auto" | 0 | 1 | 2 | boolean;

export function progressOf(verbose: Verbose, training: TrainingRun): { level: number; callbacks: CallbackHooks[] } {
  const auto = notebook.current || process.stderr.isTTY ? 1 : 0;
  const level = verbose === "auto" ? auto : Number(verbose);
  if (level === 0) return { level, callbacks: [] };
  return {
    level,
    callbacks: [
      level === 1 && notebook.current
        ? notebook.current.progress(training)
        : new ProgressLine(level === 1 && process.stderr.isTTY === true),
    ],
  };
}

const barWidth = 20;
const showNumber = (value: number): string =>
  Math.abs(value) > 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(4);

/** Keras's line: steps, a bar, time, and the logs. */
class ProgressLine extends Callback {
  readonly everyBatch = false;
  private readonly live: boolean;
  private started = 0;
  private shown = 0;
  private batch = 0;

  constructor(live: boolean) {
    super();
    this.live = live;
  }

  override onEpochBegin(epoch: number): void {
    this.started = performance.now();
    this.batch = 0;
    process.stderr.write(`Epoch ${epoch + 1}/${this.params.epochs}\n`);
  }

  override onBatchEnd(batch: number, logs: Logs): void {
    this.batch = batch + 1;
    const now = performance.now();
    // More than ten a second nobody can read.
    if (!this.live || now - this.shown < 100) return;
    this.shown = now;
    process.stderr.write(`\r${this.line(logs)}\x1b[K`);
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    process.stderr.write(`${this.live ? "\r" : ""}${this.line(logs)}${this.live ? "\x1b[K" : ""}\n`);
  }

  private line(logs: Logs): string {
    const { steps } = this.params;
    const seconds = (performance.now() - this.started) / 1000;
    const filled = Math.round((barWidth * this.batch) / (steps ?? Math.max(this.batch, 1)));
    const bar = "━".repeat(filled) + " ".repeat(barWidth - filled);
    const left =
      steps !== null && this.batch < steps
        ? ` ${((seconds / Math.max(1, this.batch)) * (steps - this.batch)).toFixed(0)}s left`
        : "";
    const values = Object.entries(logs).map(([name, value]) => `${name}: ${showNumber(value)}`);
    const each = (1000 * seconds) / Math.max(1, this.batch);
    return [
      `${this.batch}/${steps ?? "?"} ${bar} ${seconds.toFixed(1)}s ${each < 10 ? each.toFixed(1) : each.toFixed(0)}ms/step${left}`,
      ...values,
    ].join(" - ");
  }
}
