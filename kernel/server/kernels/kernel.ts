// A kernel as its front ends know it: one id through all restarts, any number of tabs.

import { randomUUID } from "node:crypto";
import type { WebSocket } from "ws";
import type { Json } from "../../wire/messages.js";
import { protocolVersion } from "../../wire/sign.js";
import { Refusal } from "../refusal.js";
import type { FromKernel } from "./client.js";
import type { Incoming, Outgoing, Protocol } from "./frames.js";
import { Outbox } from "./outbox.js";
import { type Notice, Pending } from "./pending.js";
import type { Exit } from "./process.js";
import { type Launch, RunningKernel } from "./running.js";

export type KernelState = "starting" | "idle" | "busy" | "restarting" | "dead";

/** A kernel that ends this often in a row, without having worked for a while, isn't started again. */
const mostFailures = 5;
const stableMs = 10_000;
/** Front ends that went away are remembered this long, and so many of them. */
const awayMs = 60 * 60 * 1000;
const mostAway = 8;
/** Messages that wait for a kernel to start. */
const mostQueued = 1000;

export class Kernel {
  readonly id: string = randomUUID();
  readonly #launch: Launch;
  readonly #outboxes = new Map<string, Outbox>();
  /** Which front end a session's messages belong to: one may use other names in its headers. */
  readonly #owners = new Map<string, string>();
  readonly #pending = new Pending();
  #running: RunningKernel | null = null;
  #queue: Incoming[] = [];
  #state: KernelState = "starting";
  #lastActivity = new Date();
  #failures = 0;
  #session: string = randomUUID();
  /** Why it is dead. */
  #reason = "";
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(launch: Launch) {
    this.#launch = launch;
  }

  get name(): string {
    return this.#launch.name;
  }

  get state(): KernelState {
    return this.#state;
  }

  get lastActivity(): Date {
    return this.#lastActivity;
  }

  get connections(): number {
    return [...this.#outboxes.values()].filter((outbox) => !outbox.isAway).length;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  get model(): Json {
    return {
      id: this.id,
      name: this.name,
      last_activity: this.#lastActivity.toISOString(),
      execution_state: this.#state,
      connections: this.connections,
      ...(this.#state === "dead" ? { reason: this.#reason } : {}),
    };
  }

  /** Resolves once the process is there; it answers later. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#launchAgain());
  }

  /** Resolves once the new one answers. */
  async restart(): Promise<void> {
    await this.#inTurn(async () => {
      this.#failures = 0;
      this.#state = "restarting";
      await this.#running?.stop(true);
      this.#dropQueue();
      this.#tell(this.#pending.end("KernelRestarted", "the kernel was restarted"));
      await this.#launchAgain();
    });
    await this.#running?.ready;
  }

  interrupt(): void {
    if (!this.#running || this.#state === "dead") throw new Refusal(409, "the kernel is dead; restart it");
    this.#running.interrupt();
  }

  async shutdown(): Promise<void> {
    this.#closed = true;
    await this.#inTurn(async () => {
      await this.#running?.stop(false);
      this.#die("KernelShutDown", "the kernel was shut down");
    });
    for (const outbox of this.#outboxes.values()) outbox.close(1001, "the kernel was shut down");
    this.#outboxes.clear();
  }

  /** From now on the socket hears the kernel, beginning with what its session has missed. */
  connect(socket: WebSocket, session: string, protocol: Protocol): void {
    this.#forgetAway();
    const outbox = this.#outboxes.get(session) ?? new Outbox();
    this.#outboxes.set(session, outbox);
    this.#owners.set(session, session);
    outbox.attach(socket, protocol);
    // It would wait for an answer.
    if (this.#state === "dead") this.#tellState("dead");
  }

  /** A message of a front end. */
  receive(session: string, message: Incoming): void {
    if (this.#state === "dead") return;
    this.#owners.set(message.header["session"] as string, session);
    this.#lastActivity = new Date();
    if (this.#running?.isReady && this.#state !== "restarting") this.#forward(message);
    else if (this.#queue.length < mostQueued) this.#queue.push(message);
    else throw new Refusal(503, "too many messages wait for the kernel to start");
  }

  #forward(message: Incoming): void {
    const { channel, texts, buffers } = message;
    this.#pending.sent(message);
    this.#running?.send(channel, texts, buffers);
  }

  async #launchAgain(): Promise<void> {
    if (this.#closed) throw new Refusal(404, "the kernel was shut down");
    const running = await RunningKernel.start(this.#launch, (from) => this.#hear(from));
    this.#running = running;
    if (this.#state !== "restarting") this.#state = "starting";
    void running.exited.then((exit) => {
      if (this.#running === running && !running.stopping) void this.#inTurn(() => this.#recover(running, exit));
    });
    running.ready.then(
      () => {
        if (this.#running !== running || running.stopping) return;
        this.#state = "idle";
        for (const message of this.#queue.splice(0)) this.#forward(message);
      },
      () => {},
    );
  }

  /** The process has ended by itself. */
  async #recover(running: RunningKernel, exit: Exit): Promise<void> {
    if (this.#running !== running || running.stopping || this.#closed) return;
    this.#failures = running.ageMs > stableMs ? 1 : this.#failures + 1;
    const reason = describe(exit);
    const again = this.#failures <= mostFailures;
    if (!again) return this.#die("DeadKernelError", `${reason}; it failed ${mostFailures + 1} times and stays down`);
    if (running.isReady) {
      this.#state = "restarting";
      this.#tell(this.#pending.end("DeadKernelError", `${reason}; it was started again, without its variables`));
      this.#tellState("restarting");
    }
    await this.#launchAgain();
  }

  #die(name: string, reason: string): void {
    this.#state = "dead";
    this.#reason = reason;
    this.#dropQueue();
    this.#tell(this.#pending.end(name, reason));
    this.#tellState("dead");
  }

  /** What has waited for the kernel gets an end with the rest. */
  #dropQueue(): void {
    for (const message of this.#queue.splice(0)) this.#pending.sent(message);
  }

  #hear({ channel, message, parts }: FromKernel): void {
    const { header, parent_header: parent, content, buffers } = message;
    this.#session = header.session;
    this.#pending.heard(message);
    this.#lastActivity = new Date();
    if (channel === "iopub" && header.msg_type === "status" && this.#state !== "restarting") {
      const state = content["execution_state"];
      if (state === "idle" || state === "busy") this.#state = state;
    }
    const outgoing: Outgoing = { channel, parts, buffers };
    const essential = channel !== "iopub" || header.msg_type === "status";
    this.#send(outgoing, essential, channel === "iopub" ? null : (parent?.session ?? null));
  }

  /** To everybody, or to the front end that owns a session. */
  #send(outgoing: Outgoing, essential: boolean, session: string | null): void {
    const owner = session === null ? undefined : this.#owners.get(session);
    const outbox = owner === undefined ? undefined : this.#outboxes.get(owner);
    if (outbox) outbox.send(outgoing, essential);
    else if (session === null) for (const one of this.#outboxes.values()) one.send(outgoing, essential);
  }

  #tellState(state: KernelState): void {
    this.#tell([
      { channel: "iopub", type: "status", parent: "{}", content: { execution_state: state }, session: null },
    ]);
  }

  /** In the kernel's name: front ends drop what they have not yet handled when the session in the headers changes. */
  #tell(notices: readonly Notice[]): void {
    for (const { channel, type, parent, content, session } of notices) {
      const header = {
        msg_id: randomUUID(),
        session: this.#session,
        username: "weft",
        date: new Date().toISOString(),
        msg_type: type,
        version: protocolVersion,
      };
      const parts = [JSON.stringify(header), parent, "{}", JSON.stringify(content)].map((part) => Buffer.from(part));
      this.#send({ channel, parts, buffers: [] }, true, session);
    }
  }

  #forgetAway(): void {
    const away = [...this.#outboxes].filter(([, outbox]) => outbox.isAway);
    away.sort(([, a], [, b]) => a.awayMs - b.awayMs);
    for (const [i, [session, outbox]] of away.entries()) {
      if (i < mostAway && outbox.awayMs < awayMs) continue;
      this.#outboxes.delete(session);
      for (const [name, owner] of this.#owners) if (owner === session) this.#owners.delete(name);
    }
  }

  /** Starts, restarts and ends one after the other. */
  #inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(task, task);
    this.#turn = done.catch(() => {});
    return done;
  }
}

function describe({ code, signal, lastWords }: Exit): string {
  const how = signal ? `signal ${signal}` : code === null ? "it can't be started" : `exit status ${code}`;
  const words = lastWords === "" ? "" : `: ${lastWords.slice(-500)}`;
  return `the kernel died (${how}${words})`;
}
