// Interrupts: every `await` of a cell waits at a guard, and an interrupt rejects the guards of the cells that run.
// Emitted code says itself to which run it belongs: what Node remembers for asynchronous work is gone once a script was terminated.

/** What an interrupted cell ends with. */
export class KeyboardInterrupt extends Error {
  override name = "KeyboardInterrupt";

  constructor(place?: string) {
    super("interrupted");
    // Where the kernel was when the user interrupted says nothing; where the cell waited does.
    this.stack = `KeyboardInterrupt: interrupted${place ? `\n    at ${place}` : ""}`;
  }
}

/** A cell that runs. */
export interface Run {
  /** False once it has an outcome. */
  active: boolean;
  readonly guards: Set<Guard>;
  /** Ends the run from outside. */
  end(error: unknown): void;
}

interface Guard {
  readonly top: boolean;
  readonly place: string;
  reject(error: unknown): void;
}

/** Runs without an outcome, oldest first. */
export const activeRuns: Set<Run> = new Set();

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/**
 * `await` waits for this instead of the value. `within` is the run of the cell that says `await`: when it has ended, the latest
 * cell that runs has most likely called the waiting function. `top`: the cell itself waits, not a function in it.
 */
export function guard(value: unknown, place: string, within?: Run, top = false): unknown {
  const run = within?.active ? within : [...activeRuns].at(-1);
  return run && isThenable(value) ? guarded(value, run, place, top) : value;
}

/** Async, so that V8 finds the way from the rejected promise to the line that awaits it. */
async function guarded(value: PromiseLike<unknown>, run: Run, place: string, top: boolean): Promise<unknown> {
  let entry: Guard | undefined;
  try {
    return await new Promise((resolve, reject) => {
      entry = { top, place, reject };
      run.guards.add(entry);
      value.then(resolve, reject);
    });
  } finally {
    if (entry) run.guards.delete(entry);
  }
}

/** What `for await` walks through instead of the list. */
export function iterate(list: unknown, place: string, within?: Run, top = false): AsyncIterable<unknown> {
  const source = list as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
  return {
    [Symbol.asyncIterator]() {
      const asynchronous = source[Symbol.asyncIterator];
      // As the language does: values of a plain iterable are awaited one by one.
      const iterator = asynchronous ? asynchronous.call(source) : fromSync(source as Iterable<unknown>);
      const wait = (step: unknown): Promise<IteratorResult<unknown>> =>
        Promise.resolve(guard(step, place, within, top)) as Promise<IteratorResult<unknown>>;
      return {
        next: () => wait(iterator.next()),
        ...(iterator.return ? { return: (value?: unknown) => wait(iterator.return?.(value)) } : {}),
      };
    },
  };
}

async function* fromSync(list: Iterable<unknown>): AsyncIterator<unknown> {
  for (const value of list) yield await value;
}

/** Rejects what runs wait for; runs that can't notice any more end as well. */
export function interruptRuns(): void {
  const interrupted = [...activeRuns];
  for (const run of interrupted) {
    for (const entry of run.guards) entry.reject(new KeyboardInterrupt(entry.place));
    // A script that was terminated may never come to delete its own, and would seem to wait at it for ever.
    run.guards.clear();
  }
  setImmediate(() => {
    for (const run of interrupted) {
      // A cell that lives waits at a guard of its own or has ended by now. One that does neither was terminated in the middle of
      // a script, and its promise will never settle.
      if (run.active && ![...run.guards].some((entry) => entry.top)) run.end(new KeyboardInterrupt());
    }
  });
}
