// Lowers the learning rate when a watched number stops getting better.

import { ValueError } from "../../graph/errors.js";
import { Callback, type Logs } from "./callback.js";
import { Monitor, type MonitorMode } from "./monitor.js";

export interface ReduceLROnPlateauOptions {
  /** Log entry to watch. Default "val_loss". */
  readonly monitor?: string;
  /** The rate is multiplied by it; below 1. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement before the rate drops. Default 10. */
  readonly patience?: number;
  /** Whether small or large is good; "auto" (default) goes by the metric. */
  readonly mode?: MonitorMode;
  /** Smaller changes are no improvement. Default 1e-4. */
  readonly minDelta?: number;
  /** Epochs to wait after a drop. Default 0. */
  readonly cooldown?: number;
  /** The rate never goes below. Default 0. */
  readonly minLR?: number;
  /** 1 prints every drop. Default 0. */
  readonly verbose?: number;
}

export class ReduceLROnPlateau extends Callback {
  private readonly monitor: Monitor;
  private readonly options: ReduceLROnPlateauOptions;
  private readonly factor: number;
  private wait = 0;
  private cooling = 0;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    this.options = options;
    this.factor = options.factor ?? 0.1;
    if (this.factor >= 1) throw new ValueError(`reduceLROnPlateau: factor must be below 1, received ${this.factor}`);
    const { monitor = "val_loss", mode = "auto", minDelta = 1e-4 } = options;
    this.monitor = new Monitor("reduceLROnPlateau", monitor, mode, minDelta);
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.cooling = 0;
    this.monitor.best = null;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const rate = await this.model.getLearningRate();
    logs["learning_rate"] = rate;
    const value = this.monitor.read(logs, this.model);
    if (value === undefined) return;
    if (this.cooling > 0) {
      this.cooling--;
      this.wait = 0;
    }
    if (this.monitor.better(value, this.monitor.best)) {
      this.monitor.best = value;
      this.wait = 0;
      return;
    }
    if (this.cooling > 0 || ++this.wait < (this.options.patience ?? 10)) return;
    const floor = Math.fround(this.options.minLR ?? 0);
    if (rate <= floor) return;
    const lower = Math.max(rate * this.factor, floor);
    await this.model.setLearningRate(lower);
    if ((this.options.verbose ?? 0) > 0)
      console.log(`Epoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${lower}.`);
    this.cooling = this.options.cooldown ?? 0;
    this.wait = 0;
  }
}

/**
 * Multiplies the learning rate by `factor` when `monitor` hasn't improved for `patience` epochs. The rate appears in the history as
 * `learning_rate`.
 *
 * @example
 * reduceLROnPlateau({ monitor: "val_loss", factor: 0.2, patience: 3 })
 */
export const reduceLROnPlateau = (options?: ReduceLROnPlateauOptions): ReduceLROnPlateau =>
  new ReduceLROnPlateau(options);
