// Whether a watched number got better: shared by early stopping and by the plateau rule.

import { requireOneOf, ValueError } from "../../graph/errors.js";
import type { Logs, TrainedModel } from "./callback.js";

export type MonitorMode = "auto" | "min" | "max";

/** Compares values of one log entry. */
export class Monitor {
  /** The best value so far; null before the first. */
  best: number | null = null;
  readonly #who: string;
  readonly #entry: string;
  readonly #mode: MonitorMode;
  readonly #minDelta: number;
  /** 1 when large is good, -1 when small is. */
  #sign: 1 | -1 | null = null;

  /** Raises ValueError for an unknown mode. */
  constructor(who: string, entry: string, mode: MonitorMode, minDelta: number) {
    requireOneOf(`${who}: mode`, mode, ["auto", "min", "max"]);
    this.#who = who;
    this.#entry = entry;
    this.#mode = mode;
    this.#minDelta = Math.abs(minDelta);
  }

  /**
   * The watched value; undefined, with a warning, when logs don't have it. Raises ValueError when it's to be seen by itself which way is
   * better, and nobody said.
   */
  read(logs: Logs, model: TrainedModel): number | undefined {
    const value = logs[this.#entry];
    if (value === undefined)
      console.warn(`${this.#who} watches "${this.#entry}", which isn't among: ${Object.keys(logs).join(", ")}`);
    else this.#sign ??= this.#signFor(model);
    return value;
  }

  #signFor(model: TrainedModel): 1 | -1 {
    const direction = this.#mode === "auto" ? model.directionOf(this.#entry) : this.#mode === "max" ? "up" : "down";
    if (direction !== null) return direction === "up" ? 1 : -1;
    throw new ValueError(`${this.#who} can't know whether "${this.#entry}" should grow or fall`, {
      hint: 'say so: mode: "max" or mode: "min"',
    });
  }

  /** Whether `value` is better than `than` by more than minDelta; anything is better than nothing. */
  better(value: number, than: number | null): boolean {
    if (than === null) return true;
    return this.#sign === 1 ? value - this.#minDelta > than : value + this.#minDelta < than;
  }
}
