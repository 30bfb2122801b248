// What fit returns: losses and metrics by epoch, as Keras keeps them.

import { Callback, type Logs } from "../catalog/callbacks/callback.js";
import { showsItself } from "../show/notebook.js";

export class History extends Callback {
  /** Epochs that were trained, counted from 0. */
  readonly epoch: number[] = [];
  /** One number per epoch by name: loss, accuracy, val_loss, … */
  readonly history: Record<string, number[]> = {};

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.history[name] ??= [];
      this.history[name].push(value);
    }
  }

  override toString(): string {
    const last = Object.entries(this.history).map(([name, values]) => `${name} ${values.at(-1)?.toPrecision(4)}`);
    const { length } = this.epoch;
    return `History of ${length} ${length === 1 ? "epoch" : "epochs"}: ${last.join(", ")}`;
  }
}

showsItself(History);
