// Questions of cells to the user, and what becomes of them. The thread of the cells sleeps meanwhile.

import type { MessagePort } from "node:worker_threads";
import { text } from "./fields.js";
import { inputStates } from "./link.js";
import type { Outlet, Request } from "./outlet.js";

export interface InputOptions {
  readonly outlet: Outlet;
  readonly answers: MessagePort;
  readonly waits: Int32Array;
}

export class Input {
  readonly #options: InputOptions;
  /** Id of the question that is open. */
  #asked: string | null = null;

  constructor(options: InputOptions) {
    this.#options = options;
  }

  /** `request` is the running cell's; undefined when it has ended. */
  ask(request: Request | undefined, prompt: string, password: boolean): void {
    if (!request) this.#wake(inputStates.late);
    else if (request.message.content["allow_stdin"] !== true) this.#wake(inputStates.refused);
    else this.#asked = this.#options.outlet.ask(request, "input_request", { prompt, password }).msg_id;
  }

  /** An input_reply; those to older questions are too late. */
  answer({ message }: Request): void {
    const question = message.parent_header?.msg_id ?? this.#asked;
    if (this.#asked === null || question !== this.#asked) return;
    this.#options.answers.postMessage(text(message.content, "value", ""));
    this.#wake(inputStates.answered);
  }

  interrupt(): void {
    if (this.#asked !== null) this.#wake(inputStates.interrupted);
  }

  #wake(state: number): void {
    this.#asked = null;
    Atomics.store(this.#options.waits, 0, state);
    Atomics.notify(this.#options.waits, 0);
  }
}
