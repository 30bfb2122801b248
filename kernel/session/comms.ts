// Comms: channels between code in cells and code in the front end (https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages).

import { randomUUID } from "node:crypto";
import type * as cells from "../cell/index.js";
import type { CommMessage } from "../wire/link.js";
import type { Json } from "../wire/messages.js";

type CommEvent = cells.CommEvent;
type CommExtras = cells.MessageExtras;
type Listener = (event: CommEvent) => unknown;
type Publish = (type: string, content: Json, extras?: CommExtras) => void;

/** One open channel. */
export class Comm implements cells.Comm {
  readonly id: string;
  readonly target: string;
  onMessage: Listener | null = null;
  onClose: Listener | null = null;
  readonly #publish: Publish;
  readonly #forget: () => void;

  constructor(id: string, target: string, publish: Publish, forget: () => void) {
    this.id = id;
    this.target = target;
    this.#publish = publish;
    this.#forget = forget;
  }

  send(data: unknown, extras?: CommExtras): void {
    this.#publish("comm_msg", { comm_id: this.id, data: data ?? {} }, extras);
  }

  close(data?: unknown): void {
    this.#forget();
    this.#publish("comm_close", { comm_id: this.id, data: data ?? {} });
  }
}

/** All comms of a kernel. */
export class Comms implements cells.Comms {
  readonly #publish: Publish;
  readonly #open = new Map<string, Comm>();
  readonly #targets = new Map<string, (comm: cells.Comm, event: CommEvent) => unknown>();

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  open(target: string, data: unknown = {}, extras?: CommExtras): Comm {
    const comm = this.#made(randomUUID(), target);
    this.#publish("comm_open", { comm_id: comm.id, target_name: target, data }, extras);
    return comm;
  }

  register(target: string, handler: (comm: cells.Comm, event: CommEvent) => unknown): () => void {
    this.#targets.set(target, handler);
    return () => {
      if (this.#targets.get(target) === handler) this.#targets.delete(target);
    };
  }

  /** A message of the front end; an unknown target is closed at once, as the protocol wants. */
  async receive(message: CommMessage): Promise<void> {
    const {
      comm_id: id,
      target_name: target,
      data,
    } = message.content as {
      comm_id: string;
      target_name?: string;
      data?: unknown;
    };
    const event: CommEvent = { data, metadata: message.metadata, buffers: message.buffers };
    if (message.type === "comm_open") {
      const handler = this.#targets.get(target ?? "");
      if (handler) await handler(this.#made(id, target as string), event);
      else this.#publish("comm_close", { comm_id: id, data: { reason: `nobody registered the target "${target}"` } });
      return;
    }
    const comm = this.#open.get(id);
    if (message.type === "comm_msg") await comm?.onMessage?.(event);
    else {
      this.#open.delete(id);
      await comm?.onClose?.(event);
    }
  }

  #made(id: string, target: string): Comm {
    const comm = new Comm(id, target, this.#publish, () => this.#open.delete(id));
    this.#open.set(id, comm);
    return comm;
  }
}
