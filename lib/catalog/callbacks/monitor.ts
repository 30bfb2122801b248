// Whether a watched number got better: shared by early stopping and by the plateau rule.

import { ValueError } from "../../graph/errors.js";
import type { Logs } from "./callback.js";

export type MonitorMode = "auto" | "min" | "max";

/** Compares values of one log entry. */
export class Monitor {
  readonly name: string;
  readonly mode: "min" | "max";
  readonly minDelta: number;
  best: number;

  constructor(name: string, mode: MonitorMode, minDelta: number) {
    if (mode !== "auto" && mode !== "min" && mode !== "max")
      throw new ValueError(`unknown mode "${String(mode)}"`, { notes: ["known: auto, min, max"] });
    this.name = name;
    // What grows when things go well is named after what it counts.
    this.mode =
      mode === "auto" ? (/acc|auc|precision|recall|f1|iou|score|r2|similarity$/i.test(name) ? "max" : "min") : mode;
    this.minDelta = Math.abs(minDelta);
    this.best = this.worst;
  }

  get worst(): number {
    return this.mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  /** The watched value; undefined, with a warning, when logs don't have it. */
  read(logs: Logs, who: string): number | undefined {
    const value = logs[this.name];
    if (value === undefined)
      console.warn(`${who} watches "${this.name}", which isn't among: ${Object.keys(logs).join(", ")}`);
    return value;
  }

  /** Whether `value` is better than `than` by more than minDelta. */
  better(value: number, than: number): boolean {
    return this.mode === "min" ? value < than - this.minDelta : value > than + this.minDelta;
  }
}
