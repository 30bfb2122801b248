// What goes to one front end: sent at once while it listens, kept within bounds while it is away or slow, replayed when it is back.

import type { WebSocket } from "ws";
import { encode, type Outgoing, type Protocol } from "./frames.js";

/** Kept for a front end that is away. */
const keptBytes = 16 * 1024 * 1024;
/** A socket that has this much to send is slow. */
const slowBytes = 16 * 1024 * 1024;

interface Kept {
  readonly message: Outgoing;
  readonly bytes: number;
  /** Replies and states: without them a front end would wait forever. */
  readonly essential: boolean;
}

export class Outbox {
  #socket: WebSocket | null = null;
  #protocol: Protocol = "";
  #kept: Kept[] = [];
  #keptBytes = 0;
  /** Since when nobody listens. */
  #awaySince: number = Date.now();

  /** Takes the place of the socket before. */
  attach(socket: WebSocket, protocol: Protocol): void {
    const before = this.#socket;
    this.#socket = socket;
    this.#protocol = protocol;
    if (before) before.close(4000, "this session has connected again");
    socket.once("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#awaySince = Date.now();
    });
    this.#flush();
  }

  get isAway(): boolean {
    return this.#socket === null;
  }

  get awayMs(): number {
    return this.#socket ? 0 : Date.now() - this.#awaySince;
  }

  send(message: Outgoing, essential: boolean): void {
    if (this.#kept.length === 0 && this.#canSend()) this.#write(message);
    else this.#keep(message, essential);
  }

  close(code: number, reason: string): void {
    this.#socket?.close(code, reason);
    this.#kept = [];
    this.#keptBytes = 0;
  }

  #canSend(): boolean {
    const socket = this.#socket;
    return socket !== null && socket.readyState === socket.OPEN && socket.bufferedAmount < slowBytes;
  }

  #write(message: Outgoing): void {
    this.#socket?.send(encode(message, this.#protocol), () => {
      if (this.#kept.length > 0) this.#flush();
    });
  }

  #flush(): void {
    let sent = 0;
    while (sent < this.#kept.length && this.#canSend()) {
      const { message, bytes } = this.#kept[sent++] as Kept;
      this.#keptBytes -= bytes;
      this.#write(message);
    }
    this.#kept.splice(0, sent);
  }

  #keep(message: Outgoing, essential: boolean): void {
    const bytes = [...message.parts, ...message.buffers].reduce((sum, part) => sum + part.length, 0);
    this.#kept.push({ message, bytes, essential });
    this.#keptBytes += bytes;
    if (this.#keptBytes <= keptBytes) return;
    // The oldest go first, down to half of the room, so that this isn't done for every message.
    this.#kept = this.#kept.filter((one) => {
      if (one.essential || this.#keptBytes <= keptBytes / 2) return true;
      this.#keptBytes -= one.bytes;
      return false;
    });
  }
}
