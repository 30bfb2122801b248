// Who takes an interrupt: training that wants to end its step first, else the running cells.

export class Interrupts {
  readonly #listeners = new Set<() => void>();

  /** From now on an interrupt calls `stop`, once; a second one, should the work go on, ends the cell. */
  on(stop: () => void): () => void {
    this.#listeners.add(stop);
    return () => this.#listeners.delete(stop);
  }

  /** True when somebody took it. */
  take(): boolean {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const stop of listeners) stop();
    return listeners.length > 0;
  }
}
