// Cells waiting for their turn: one at a time in each subshell, in order; an error sends back those that wait.

import type { Request } from "./outlet.js";

export interface ShellHandlers {
  start(request: Request): void;
  abort(request: Request): void;
}

export class Shell {
  readonly #handlers: ShellHandlers;
  readonly #waiting: Request[] = [];
  #busy = false;

  constructor(handlers: ShellHandlers) {
    this.#handlers = handlers;
  }

  add(request: Request): void {
    this.#waiting.push(request);
    if (!this.#busy) this.#next();
  }

  /** The running cell has come to its end. */
  done(): void {
    this.#busy = false;
    this.#next();
  }

  /** Sends back those that wait. */
  abort(): void {
    for (const request of this.#waiting.splice(0)) this.#handlers.abort(request);
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (!next) return;
    this.#busy = true;
    this.#handlers.start(next);
  }
}
