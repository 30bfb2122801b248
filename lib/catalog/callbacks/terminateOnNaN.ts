// Ends training when a number stops being finite, and says where that began.

import { Callback } from "./callback.js";

export class TerminateOnNaN extends Callback {
  readonly watchesFinite = true;
  /** Where the first value that isn't finite was seen; null when all went well. */
  place: string | null = null;

  override onTrainBegin(): void {
    this.place = null;
  }

  onNonFinite(batch: number, place: string): void {
    if (this.place !== null) return;
    this.place = place;
    this.stopTraining = true;
    console.warn(`Batch ${batch}: ${place} is not finite, terminating training`);
  }
}

/**
 * Ends training at the first batch with a value that isn't finite, and names the first layer whose output or gradient it is. Looks at
 * every layer's output at every step, which costs some time.
 *
 * @example
 * await m.fit(x, y, { callbacks: [terminateOnNaN()] });
 */
export const terminateOnNaN = (): TerminateOnNaN => new TerminateOnNaN();
