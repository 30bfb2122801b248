// Ends training when a watched number stops getting better.

import { Callback, type Logs } from "./callback.js";
import { Monitor, type MonitorMode } from "./monitor.js";

export interface EarlyStoppingOptions {
  /** Log entry to watch. Default "val_loss". */
  readonly monitor?: string;
  /** Smaller changes are no improvement. Default 0. */
  readonly minDelta?: number;
  /** Epochs without improvement before training ends. Default 0. */
  readonly patience?: number;
  /** Whether small or large is good; "auto" (default) goes by the metric. */
  readonly mode?: MonitorMode;
  /** The number must get better than this. */
  readonly baseline?: number | null;
  /** Puts the weights of the best epoch back at the end. Default false. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before watching starts. Default 0. */
  readonly startFromEpoch?: number;
  /** 1 prints when training ends. Default 0. */
  readonly verbose?: number;
}

export class EarlyStopping extends Callback {
  readonly patience: number;
  /** Epoch in which training ended; 0 when it ran to its end. */
  stoppedEpoch = 0;
  bestEpoch = 0;
  private readonly monitor: Monitor;
  private readonly options: EarlyStoppingOptions;
  private wait = 0;
  private bestWeights: readonly unknown[] | null = null;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    this.options = options;
    this.patience = options.patience ?? 0;
    const { monitor = "val_loss", mode = "auto", minDelta = 0 } = options;
    this.monitor = new Monitor("earlyStopping", monitor, mode, minDelta);
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
    this.bestWeights = null;
    this.monitor.best = null;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const value = this.monitor.read(logs, this.model);
    if (value === undefined || epoch < (this.options.startFromEpoch ?? 0)) return;
    const restore = this.options.restoreBestWeights ?? false;
    this.wait++;
    if (this.monitor.better(value, this.monitor.best)) {
      this.monitor.best = value;
      this.bestEpoch = epoch;
      if (restore) this.bestWeights = await this.model.getWeights();
      const { baseline } = this.options;
      if (baseline === undefined || baseline === null || this.monitor.better(value, baseline)) this.wait = 0;
      return;
    }
    // The first epoch can't stop training: there is nothing to compare it with.
    if (this.wait >= this.patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.stopTraining = true;
    }
  }

  override async onTrainEnd(): Promise<void> {
    const verbose = (this.options.verbose ?? 0) > 0;
    if (this.stoppedEpoch > 0 && verbose) console.log(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (this.bestWeights) {
      if (verbose) console.log(`Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.`);
      await this.model.setWeights(this.bestWeights);
    }
  }
}

/**
 * Ends training when `monitor` hasn't improved for `patience` epochs.
 *
 * @example
 * await m.fit(x, y, { epochs: 100, validationSplit: 0.2, callbacks: [earlyStopping({ patience: 5, restoreBestWeights: true })] });
 */
export const earlyStopping = (options?: EarlyStoppingOptions): EarlyStopping => new EarlyStopping(options);
