// Cells waiting for their turn: one at a time in each subshell, in order; an error sends back those that wait.

import type { Received } from "./sign.js";

export interface Waiting extends Received {
  readonly id: string;
}

export interface ShellHandlers {
  start(waiting: Waiting): void;
  abort(waiting: Waiting): void;
}

export class Shell {
  readonly #handlers: ShellHandlers;
  readonly #waiting: Waiting[] = [];
  #running: Waiting | null = null;

  constructor(handlers: ShellHandlers) {
    this.#handlers = handlers;
  }

  get running(): Waiting | null {
    return this.#running;
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (!this.#running) this.#next();
  }

  /** The running cell has come to its end; after an error those that wait may be sent back. */
  done(abortOthers: boolean): void {
    this.#running = null;
    if (abortOthers) for (const waiting of this.#waiting.splice(0)) this.#handlers.abort(waiting);
    this.#next();
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (!next) return;
    this.#running = next;
    this.#handlers.start(next);
  }
}
