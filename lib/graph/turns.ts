// Long work on the main thread, in pieces: the event loop gets a turn every few milliseconds, so that timers, sockets and
// displays stay live.

/** Work that stops between its pieces: do it `atOnce`, or `inTurns` with the event loop. */
export type Work<T> = Generator<void, T, void>;

/** After so long something else may want the thread; the piece that is going on comes on top. */
const usualPatience = 5;

let lastTurn = performance.now();
let coming: Promise<void> | null = null;

/** Does all of the work now. */
export function atOnce<T>(work: Work<T>): T {
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}

/** Does the work piece by piece. What happens in between must not matter to it. Less patience (in milliseconds) suits longer pieces. */
export async function inTurns<T>(work: Work<T>, patience: number = usualPatience): Promise<T> {
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
    const turn = turnIfDue(patience);
    if (turn) await turn;
  }
}

/** A turn of the event loop to wait for, if the last one was long ago. All work in the process shares this time. */
export function turnIfDue(patience: number = usualPatience): Promise<void> | null {
  return performance.now() - lastTurn < patience ? null : nextTurn();
}

/** One whole turn: whatever is ready runs before this resolves. */
export function nextTurn(): Promise<void> {
  coming ??= new Promise((resolve) => {
    // The first may still be of this turn: only between the two are timers and sockets sure to have been looked at.
    setImmediate(() =>
      setImmediate(() => {
        lastTurn = performance.now();
        coming = null;
        resolve();
      }),
    );
  });
  return coming;
}

/** Counts small pieces, as looking at the clock costs more than one of them. */
export class Pace {
  private work = 0;

  /** Call after every piece, with its size in elements; null, or a turn to wait for. */
  did(elements: number): Promise<void> | null {
    this.work += elements;
    if (this.work < 1 << 16) return null;
    this.work = 0;
    return turnIfDue();
  }
}
