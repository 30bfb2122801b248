// Requests that the cells' thread works on. Each comes to exactly one end, also when an interrupt killed the function that
// should have reported it: V8 drops a terminated function, and all microtasks that waited, without a trace.

/** How long after a script was terminated its requests may take to end by themselves; half of it before they are asked again. */
const graceMs = 300;

interface Flight {
  /** Called when the request has to end without its work. */
  readonly give: () => void;
}

export class Flights {
  readonly #flights = new Map<string, Flight>();

  /** `giveUp` is called at most once, and not after `land`. */
  begin(id: string, giveUp: () => void): void {
    this.#flights.set(id, { give: giveUp });
  }

  /** True when the request hadn't ended before. */
  land(id: string): boolean {
    return this.#flights.delete(id);
  }

  /** A script was terminated: whatever is still open after the grace is given up. */
  terminated(askAgain: () => void): void {
    const open = [...this.#flights];
    if (open.length === 0) return;
    const still = (): [string, Flight][] => open.filter(([id, flight]) => this.#flights.get(id) === flight);
    setTimeout(() => {
      if (still().length > 0) askAgain();
    }, graceMs / 2);
    setTimeout(() => {
      for (const [id, flight] of still()) if (this.land(id)) flight.give();
    }, graceMs);
  }
}
