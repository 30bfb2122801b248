// Requests whose outputs still find their parent, also long after the reply.

import type { MessageHeader } from "./messages.js";
import type { Parent, Request } from "./outlet.js";

/** Requests that have ended are forgotten when so many have come after them. */
const remembered = 1000;

export class Parents {
  readonly #ended = new Map<string, { readonly message: { readonly header: MessageHeader } }>();
  readonly #open = new Map<string, Request>();
  #last: Parent = null;

  begin(id: string, request: Request): void {
    this.#open.set(id, request);
    // Its content may be large, and isn't needed for this.
    this.#last = { message: { header: request.message.header } };
  }

  end(id: string): void {
    const request = this.#open.get(id);
    if (!request) return;
    this.#open.delete(id);
    this.#ended.set(id, { message: { header: request.message.header } });
    if (this.#ended.size > remembered) this.#ended.delete(this.#ended.keys().next().value as string);
  }

  /** The request of that name; else, or when nobody knows, the last one. */
  find(id: string | null): Parent {
    if (id === null) return this.#last;
    return this.#open.get(id) ?? this.#ended.get(id) ?? this.#last;
  }
}
