// Websockets to kernels, and the one for events, which Jupyter's front ends want open though there are none.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Gate } from "../gate.js";
import { Refusal } from "../refusal.js";
import { decode, type Protocol, v1 } from "./frames.js";
import type { Kernels } from "./kernels.js";

const largestMessageBytes = 128 * 1024 * 1024;
/** A socket that hasn't answered for this long is taken for dead. */
const pingMs = 30_000;

export class Channels {
  readonly #kernels: Kernels;
  readonly #gate: Gate;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(v1) ? v1 : false),
  });
  readonly #answered = new WeakSet<WebSocket>();
  readonly #pings = setInterval(() => this.#ping(), pingMs).unref();

  constructor(kernels: Kernels, gate: Gate) {
    this.#kernels = kernels;
    this.#gate = gate;
  }

  get count(): number {
    return this.#server.clients.size;
  }

  /** A request for a websocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Gone before it was answered.
    socket.on("error", () => socket.destroy());
    try {
      const verdict = this.#gate.check(request);
      if (!verdict.welcome) throw new Refusal(verdict.status, verdict.reason);
      this.#accept(request, socket, head, this.#route(request));
    } catch (error) {
      refuse(socket, error instanceof Refusal ? error.status : 400, (error as Error).message);
    }
  }

  #accept(request: IncomingMessage, socket: Duplex, head: Buffer, accept: (webSocket: WebSocket) => void): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#answered.add(webSocket);
      webSocket.on("pong", () => this.#answered.add(webSocket));
      // A broken frame closes the socket, and that is all.
      webSocket.on("error", () => {});
      accept(webSocket);
    });
  }

  close(): void {
    clearInterval(this.#pings);
    for (const client of this.#server.clients) client.close(1001, "the server is closing");
    // Those that don't answer are not waited for.
    setTimeout(() => this.#terminate(), 500).unref();
    this.#server.close();
  }

  #terminate(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  #route(request: IncomingMessage): (webSocket: WebSocket) => void {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/api/events/subscribe") return () => {};
    const id = /^\/api\/kernels\/([^/]+)\/channels$/.exec(url.pathname)?.[1];
    if (id === undefined) throw new Refusal(404, "there is no websocket here");
    const kernel = this.#kernels.get(id);
    const session = url.searchParams.get("session_id") || crypto.randomUUID();
    return (webSocket) => {
      const protocol: Protocol = webSocket.protocol === v1 ? v1 : "";
      webSocket.on("message", (data: Buffer, binary: boolean) => {
        try {
          kernel.receive(session, decode(data, binary, protocol));
        } catch (error) {
          webSocket.close(error instanceof Refusal ? 1008 : 1011, (error as Error).message.slice(0, 100));
        }
      });
      kernel.connect(webSocket, session, protocol);
    };
  }

  #ping(): void {
    for (const client of this.#server.clients) {
      if (!this.#answered.delete(client)) client.terminate();
      else client.ping();
    }
  }
}

function refuse(socket: Duplex, status: number, reason: string): void {
  const body = JSON.stringify({ message: reason, reason: null });
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}
