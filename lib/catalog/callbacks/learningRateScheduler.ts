// Sets the learning rate at the start of every epoch.

import { ValueError } from "../../graph/errors.js";
import { Callback, type Logs } from "./callback.js";

export class LearningRateScheduler extends Callback {
  private readonly schedule: (epoch: number, rate: number) => number;
  private readonly verbose: number;

  constructor(schedule: (epoch: number, rate: number) => number, options: { readonly verbose?: number } = {}) {
    super();
    this.schedule = schedule;
    this.verbose = options.verbose ?? 0;
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    const rate = this.schedule(epoch, await this.model.getLearningRate());
    if (typeof rate !== "number" || !Number.isFinite(rate))
      throw new ValueError(`learningRateScheduler: the schedule gave ${String(rate)} for epoch ${epoch}, not a rate`);
    await this.model.setLearningRate(rate);
    if (this.verbose > 0) console.log(`Epoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${rate}.`);
  }

  override async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    logs["learning_rate"] = await this.model.getLearningRate();
  }
}

/**
 * Sets the rate to `schedule(epoch, rate)` at the start of every epoch.
 *
 * @example
 * learningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9))
 */
export const learningRateScheduler = (
  schedule: (epoch: number, rate: number) => number,
  options?: { readonly verbose?: number },
): LearningRateScheduler => new LearningRateScheduler(schedule, options);
