// A front end for tests, over raw sockets, with signing of its own.

import { createHmac, randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Dealer, Request, Subscriber } from "zeromq";
import type { ConnectionInfo, Json } from "../../../kernel/wire/messages.js";

export interface Heard {
  readonly channel: "shell" | "control" | "stdin" | "iopub";
  readonly topic: string;
  readonly type: string;
  readonly header: Json;
  readonly parent: Json;
  readonly metadata: Json;
  readonly content: Json;
  readonly buffers: readonly Uint8Array[];
  readonly signed: boolean;
}

export interface SendOptions {
  readonly channel?: "shell" | "control" | "stdin";
  readonly subshell?: string;
  readonly metadata?: Json;
  readonly buffers?: readonly Uint8Array[];
  readonly parent?: Json;
}

/** Ports that nobody listens to. */
export async function freeConnection(key: string = randomUUID()): Promise<ConnectionInfo> {
  const servers = await Promise.all(
    Array.from(
      { length: 5 },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [shell_port = 0, iopub_port = 0, stdin_port = 0, control_port = 0, hb_port = 0] = ports;
  const scheme = { key, signature_scheme: "hmac-sha256" };
  return { transport: "tcp", ip: "127.0.0.1", shell_port, iopub_port, stdin_port, control_port, hb_port, ...scheme };
}

/** The file by which a kernel is told of it. */
export function connectionFile(folder: string, connection: ConnectionInfo): string {
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection));
  return file;
}

export class Front {
  readonly connection: ConnectionInfo;
  readonly heard: Heard[] = [];
  readonly #identity = randomUUID();
  readonly #session = randomUUID();
  readonly #sockets: Record<"shell" | "control" | "stdin", Dealer>;
  readonly #iopub = new Subscriber({ linger: 0 });
  readonly #heartbeat = new Request({ linger: 0 });
  readonly #sending = new Map<object, Promise<void>>();
  #changed: (() => void)[] = [];

  constructor(connection: ConnectionInfo, topic = "") {
    this.connection = connection;
    const at = (port: number): string => `tcp://${connection.ip}:${port}`;
    const dealer = (port: number): Dealer => {
      const socket = new Dealer({ routingId: this.#identity, linger: 0 });
      socket.connect(at(port));
      return socket;
    };
    this.#sockets = {
      shell: dealer(connection.shell_port),
      control: dealer(connection.control_port),
      stdin: dealer(connection.stdin_port),
    };
    this.#iopub.connect(at(connection.iopub_port));
    this.#iopub.subscribe(topic);
    this.#heartbeat.connect(at(connection.hb_port));
    for (const channel of ["shell", "control", "stdin"] as const) void this.#listen(channel, this.#sockets[channel]);
    void this.#listen("iopub", this.#iopub);
  }

  /** Connected, with the sockets of a kernel that answers. */
  static async to(connection: ConnectionInfo, topic?: string): Promise<Front> {
    const front = new Front(connection, topic);
    await front.next((one) => one.type === "iopub_welcome");
    return front;
  }

  /** Sends a request; returns its id. */
  send(type: string, content: Json = {}, options: SendOptions = {}): string {
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: type,
      session: this.#session,
      username: "test",
      date: new Date().toISOString(),
      version: "5.5",
      ...(options.subshell === undefined ? {} : { subshell_id: options.subshell }),
    };
    const parts = [header, options.parent ?? {}, options.metadata ?? {}, content].map((part) => JSON.stringify(part));
    this.sendFrames(options.channel ?? "shell", this.frames(parts, options.buffers));
    return id;
  }

  frames(parts: readonly string[], buffers: readonly Uint8Array[] = []): (string | Uint8Array)[] {
    return ["<IDS|MSG>", this.sign(parts), ...parts, ...buffers];
  }

  sendFrames(channel: "shell" | "control" | "stdin", frames: (string | Uint8Array)[]): void {
    const socket = this.#sockets[channel];
    const before = this.#sending.get(socket) ?? Promise.resolve();
    this.#sending.set(
      socket,
      before.then(() => socket.send(frames)),
    );
  }

  sign(parts: readonly (string | Uint8Array)[]): string {
    const hmac = createHmac("sha256", this.connection.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  /** The first message, already heard or still to come, that is wanted. */
  async next(wanted: (message: Heard) => boolean, ms = 5000): Promise<Heard> {
    const until = Date.now() + ms;
    for (;;) {
      const found = this.heard.find(wanted);
      if (found) return found;
      const left = until - Date.now();
      if (left <= 0) throw new Error(`not heard within ${ms} ms: ${wanted}\n${this.story()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#changed.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The reply to a request. */
  reply(id: string, ms?: number): Promise<Heard> {
    return this.next(
      (one) => one.parent["msg_id"] === id && one.type.endsWith("_reply") && one.channel !== "iopub",
      ms,
    );
  }

  /** The reply to a request, after its idle status has been heard as well. */
  async done(id: string, ms?: number): Promise<Heard> {
    const reply = await this.reply(id, ms);
    await this.next((one) => isStatus(one, id, "idle"), ms);
    return reply;
  }

  /** Sends a request and waits for its end. */
  async ask(type: string, content: Json = {}, options: SendOptions = {}, ms?: number): Promise<Heard> {
    return this.done(this.send(type, content, options), ms);
  }

  /** What iopub said about a request. */
  published(id: string): Heard[] {
    return this.heard.filter((one) => one.channel === "iopub" && one.parent["msg_id"] === id);
  }

  async beat(text: string): Promise<string> {
    await this.#heartbeat.send(text);
    return String((await this.#heartbeat.receive())[0]);
  }

  /** All that was heard, for messages of failing tests. */
  story(): string {
    return this.heard.map((one) => `${one.channel} ${one.type} ${JSON.stringify(one.content).slice(0, 80)}`).join("\n");
  }

  close(): void {
    for (const socket of [...Object.values(this.#sockets), this.#iopub, this.#heartbeat]) socket.close();
  }

  async #listen(channel: Heard["channel"], socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket as AsyncIterable<Buffer[]>) {
      const at = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const parts = frames.slice(at + 2, at + 6);
      const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()) as Json);
      this.heard.push({
        channel,
        topic: at > 0 ? String(frames[0]) : "",
        type: String(header?.["msg_type"]),
        header: header as Json,
        parent: parent as Json,
        metadata: metadata as Json,
        content: content as Json,
        buffers: frames.slice(at + 6),
        signed: String(frames[at + 1]) === (this.connection.key ? this.sign(parts) : ""),
      });
      for (const tell of this.#changed.splice(0)) tell();
    }
  }
}

export function isStatus(one: Heard, id: string, state: string): boolean {
  return one.type === "status" && one.parent["msg_id"] === id && one.content["execution_state"] === state;
}
