// The sockets to a kernel: signed messages in and out.

import { Dealer, Subscriber } from "zeromq";
import type { ConnectionInfo, Message } from "../../wire/messages.js";
import { Signer, type Texts } from "../../wire/sign.js";
import { forever, Outgoing } from "../../wire/traffic.js";

export type RequestChannel = "shell" | "control" | "stdin";
export type Channel = RequestChannel | "iopub";

/** A message of a kernel: parsed, and as it came, since numbers need not survive parsing. */
export interface FromKernel {
  readonly channel: Channel;
  readonly message: Message;
  /** Header, parent, metadata, content. */
  readonly parts: readonly Uint8Array[];
}

export class KernelClient {
  readonly signer: Signer;
  readonly #requests: Record<RequestChannel, Dealer>;
  readonly #iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  readonly #outgoing = new Outgoing();
  readonly #receive: (message: FromKernel) => void;

  constructor(connection: ConnectionInfo, receive: (message: FromKernel) => void) {
    this.#receive = receive;
    this.signer = new Signer(connection, () => {});
    const at = (port: number): string => `tcp://${connection.ip}:${port}`;
    const dealer = (port: number): Dealer => {
      const socket = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0, routingId: routingId() });
      socket.connect(at(port));
      return socket;
    };
    this.#requests = {
      shell: dealer(connection.shell_port),
      control: dealer(connection.control_port),
      stdin: dealer(connection.stdin_port),
    };
    this.#iopub.connect(at(connection.iopub_port));
    this.#iopub.subscribe();
    for (const channel of ["shell", "control", "stdin"] as const) void this.#listen(channel, this.#requests[channel]);
    void this.#listen("iopub", this.#iopub);

    // The kernel asks for input on stdin under the name that its shell knows.
    function routingId(): string {
      return connection.key;
    }
  }

  send(channel: RequestChannel, texts: Texts, buffers: readonly Uint8Array[] = []): void {
    void this.#outgoing.send(this.#requests[channel], this.signer.encode([], texts, buffers));
  }

  close(): void {
    for (const socket of [...Object.values(this.#requests), this.#iopub]) socket.close();
  }

  #listen(channel: Channel, socket: Dealer | Subscriber): Promise<void> {
    return forever(socket, (frames) => {
      const message = this.signer.decode(frames)?.message;
      if (!message) return;
      const end = frames.length - message.buffers.length;
      this.#receive({ channel, message, parts: frames.slice(end - 4, end) });
    });
  }
}
