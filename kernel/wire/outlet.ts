// Messages out: replies on the channel a request came from, and what everybody hears on iopub.

import { stringify } from "./json.js";
import type { PackedPublication } from "./link.js";
import type { Json, MessageHeader } from "./messages.js";
import type { Received, Signer } from "./sign.js";
import type { Channel } from "./sockets.js";

/** A message of a front end. */
export interface Request extends Received {
  readonly channel: Channel;
}

/** What a message says of its request. */
export type Parent = Pick<Request, "message"> | { readonly message: { readonly header: MessageHeader } } | null;

export type Send = (channel: Channel | "iopub", frames: readonly (Uint8Array | string)[]) => void;

export class Outlet {
  readonly #signer: Signer;
  readonly #send: Send;

  constructor(signer: Signer, send: Send) {
    this.#signer = signer;
    this.#send = send;
  }

  /** Answers at once: busy, the reply, idle. */
  answer(request: Request, content: Json): void {
    this.status(request, "busy");
    this.reply(request, stringify(content));
    this.status(request, "idle");
  }

  /** `content` is JSON text. */
  reply(request: Request, content: string): void {
    const type = request.message.header.msg_type.replace(/_request$/, "_reply");
    this.#post(request.channel, request.identities, type, request, content);
  }

  /** A question for the front end that sent the request. */
  ask(request: Request, type: string, content: Json): MessageHeader {
    return this.#post("stdin", request.identities, type, request, stringify(content));
  }

  status(parent: Parent, state: "starting" | "busy" | "idle"): void {
    this.tell(parent, "status", { execution_state: state });
  }

  /** The wire's own news. */
  tell(parent: Parent, type: string, content: Json, topic: string = `kernel.${type}`): void {
    this.#post("iopub", [topic], type, parent, stringify(content));
  }

  /** What a cell shows. */
  publish(parent: Parent, { type, content, metadata, buffers }: PackedPublication): void {
    this.#post("iopub", [`kernel.${type}`], type, parent, content, metadata, buffers);
  }

  #post(
    channel: Channel | "iopub",
    to: readonly (Uint8Array | string)[],
    type: string,
    parent: Parent,
    content: string,
    metadata = "{}",
    buffers: readonly Uint8Array[] = [],
  ): MessageHeader {
    const header = this.#signer.makeHeader(type);
    const texts = {
      header: stringify(header),
      parent: parent ? stringify(parent.message.header) : "{}",
      metadata,
      content,
    };
    this.#send(channel, this.#signer.encode(to, texts, buffers));
    return header;
  }
}

/** Content of a reply that says what went wrong. */
export const errorContent = (ename: string, evalue: string): Json => ({
  status: "error",
  ename,
  evalue,
  traceback: [`${ename}: ${evalue}`],
});
