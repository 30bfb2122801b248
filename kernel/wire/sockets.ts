// The five sockets of a kernel. Frames in, frames out; what they mean is the protocol's business.

import { Reply, Router, XPublisher } from "zeromq";
import type { ConnectionInfo } from "./messages.js";
import { forever, Outgoing } from "./traffic.js";

export type Channel = "shell" | "control" | "stdin";
type Frames = readonly (Uint8Array | string)[];

export interface SocketHandlers {
  receive(channel: Channel, frames: readonly Uint8Array[]): void;
  /** Somebody listens to iopub from now on. */
  subscribed(topic: string): void;
}

/** How long what was sent may take to leave after the sockets are closed. */
const lingerMs = 500;
/** Messages of iopub that wait for a slow listener before the oldest listener misses some. */
const iopubHighWaterMark = 100000;

/** Lets subscribers in itself: otherwise they hear what is said between their coming and their welcome. Every one is told of, also the second to a topic. */
class Publisher extends XPublisher {
  /** Of the subscriber that was received last. */
  subscribe(topic: string, isNew: boolean): void {
    // ZMQ_SUBSCRIBE and ZMQ_UNSUBSCRIBE (https://libzmq.readthedocs.io/en/latest/zmq_setsockopt.html).
    this.setStringOption(isNew ? 6 : 7, topic);
  }
}

export class Sockets {
  readonly #routers: Record<Channel, Router>;
  readonly #iopub = new Publisher({ linger: lingerMs, sendHighWaterMark: iopubHighWaterMark, manual: true });
  readonly #heartbeat = new Reply({ linger: 0 });
  readonly #outgoing = new Outgoing();

  constructor() {
    // A reply to a front end that has gone isn't worth an error; one that comes back under its name takes its place again.
    const make = (): Router => new Router({ linger: lingerMs, sendHighWaterMark: 0, mandatory: false, handover: true });
    this.#routers = { shell: make(), control: make(), stdin: make() };
  }

  /** Binds all ports and starts to receive. */
  async open(connection: ConnectionInfo, handlers: SocketHandlers): Promise<void> {
    const { transport, ip } = connection;
    const address = (port: number): string => (transport === "ipc" ? `ipc://${ip}-${port}` : `tcp://${ip}:${port}`);
    const bound = await Promise.allSettled([
      this.#heartbeat.bind(address(connection.hb_port)),
      this.#iopub.bind(address(connection.iopub_port)),
      this.#routers.shell.bind(address(connection.shell_port)),
      this.#routers.control.bind(address(connection.control_port)),
      this.#routers.stdin.bind(address(connection.stdin_port)),
    ]);
    // All of them are done: closing a socket while it binds ends in a crash.
    const failed = bound.find((one) => one.status === "rejected");
    if (failed) throw failed.reason;
    for (const channel of ["shell", "control", "stdin"] as const) {
      void forever(this.#routers[channel], (frames) => handlers.receive(channel, frames));
    }
    void forever(this.#iopub, async ([frame]) => {
      if (!frame) return;
      const topic = frame.subarray(1).toString();
      const isNew = frame[0] === 1;
      const done = this.#outgoing.between(this.#iopub, () => this.#iopub.subscribe(topic, isNew));
      // Its welcome is queued right behind, so that nothing comes before it.
      if (isNew) handlers.subscribed(topic);
      // The socket means whoever it heard last.
      await done;
    });
    void forever(this.#heartbeat, (frames) => this.#heartbeat.send(frames));
  }

  send(channel: Channel | "iopub", frames: Frames): Promise<void> {
    const socket = channel === "iopub" ? this.#iopub : this.#routers[channel];
    return this.#outgoing.send(socket, frames);
  }

  /** Resolves once everything sent so far is on its way. */
  flush(): Promise<void> {
    return this.#outgoing.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    for (const socket of [...Object.values(this.#routers), this.#iopub, this.#heartbeat]) socket.close();
  }
}
