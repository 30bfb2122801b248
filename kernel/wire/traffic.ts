// What both ends of a kernel's sockets need: sending in order, and receiving until the end.

import { log } from "./log.js";

interface Sender {
  send(frames: (Buffer | string)[]): Promise<void>;
}

/** Messages that wait for their socket, which takes one at a time. */
export class Outgoing {
  readonly #sending = new Map<Sender, Promise<void>>();

  /** Resolves when the message has left, or can't any more. */
  send(socket: Sender, frames: readonly (Uint8Array | string)[]): Promise<void> {
    return this.between(socket, () => socket.send(frames as (Buffer | string)[]));
  }

  /** Does something after the messages that wait and before those that come. */
  between(socket: Sender, step: () => Promise<void> | void): Promise<void> {
    const before = this.#sending.get(socket) ?? Promise.resolve();
    const done = before.then(step).catch(() => {});
    this.#sending.set(socket, done);
    return done;
  }

  /** Resolves once everything sent so far is on its way. */
  async flush(): Promise<void> {
    await Promise.all(this.#sending.values());
  }
}

/** Until the socket closes. */
export async function forever(
  socket: { readonly closed: boolean; receive(): Promise<Buffer[]> },
  handle: (frames: Buffer[]) => unknown,
): Promise<void> {
  while (!socket.closed) {
    let frames: Buffer[];
    try {
      frames = await socket.receive();
    } catch {
      if (socket.closed) return;
      continue;
    }
    try {
      await handle(frames);
    } catch (error) {
      log(`a message could not be handled: ${error instanceof Error ? error.stack : error}`);
    }
  }
}
