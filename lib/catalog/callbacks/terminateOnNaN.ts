// Ends training when the loss stops being finite, and says where that began.

import { WeftError } from "../../graph/errors.js";
import { Callback, type Logs } from "./callback.js";

export interface TerminateOnNaNOptions {
  /** Raises an error instead of ending training. Default false. */
  readonly raiseError?: boolean;
}

export class TerminateOnNaN extends Callback {
  readonly everyBatch = false;
  readonly watchesFinite = true;
  /** Where the first value was seen that wasn't finite before the loss wasn't; null when all went well. */
  place: string | null = null;
  private readonly raiseError: boolean;
  private seen: { readonly place: string; readonly step: number } | null = null;
  /** Batches of this training that have ended. */
  private step = 0;

  constructor(options: TerminateOnNaNOptions = {}) {
    super();
    this.raiseError = options.raiseError ?? false;
  }

  override onTrainBegin(): void {
    this.place = null;
    this.seen = null;
    this.step = 0;
  }

  onNonFinite(_batch: number, place: string): void {
    // A gradient of one batch spoils the loss of the next.
    if (this.seen === null || this.seen.step < this.step - 1) this.seen = { place, step: this.step };
  }

  override onBatchEnd(batch: number, logs: Logs): void {
    this.step++;
    const { loss } = logs;
    if (loss === undefined || Number.isFinite(loss) || this.place !== null) return;
    this.place = this.seen?.place ?? "the loss";
    const message = `Batch ${batch}: the loss is ${loss}; ${this.place} was not finite first`;
    if (this.raiseError)
      throw new WeftError(message, { hint: "lower the learning rate, or clip gradients (clipnorm)" });
    this.stopTraining = true;
    console.warn(`${message}; terminating training`);
  }
}

/**
 * Ends training at the first batch whose loss isn't finite, and names the first layer whose output or gradient wasn't. Looks at every
 * layer's output at every step, which costs some time.
 *
 * @example
 * await m.fit(x, y, { callbacks: [terminateOnNaN()] });
 */
export const terminateOnNaN = (options?: TerminateOnNaNOptions): TerminateOnNaN => new TerminateOnNaN(options);
