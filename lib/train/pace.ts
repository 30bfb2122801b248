// Keeps the main thread live during long host work: the event loop gets a turn every few milliseconds.

const turnMilliseconds = 8;

/** One turn of the event loop. */
export const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Counts work and pauses in time. */
export class Pace {
  private since = performance.now();
  private work = 0;

  /** Call after every piece of work, with its size in elements; null, or a pause to wait for. */
  did(elements: number): Promise<void> | null {
    this.work += elements;
    // Looking at the clock costs more than a small copy.
    if (this.work < 1 << 16) return null;
    this.work = 0;
    if (performance.now() - this.since < turnMilliseconds) return null;
    return pause().then(() => {
      this.since = performance.now();
    });
  }
}
