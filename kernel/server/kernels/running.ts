// One run of a kernel, from its process's start to its end.

import { rm } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { Json } from "../../wire/messages.js";
import type { Texts } from "../../wire/sign.js";
import { Refusal } from "../refusal.js";
import { type FromKernel, KernelClient, type RequestChannel } from "./client.js";
import { writeConnection } from "./connection.js";
import { type Exit, KernelProcess } from "./process.js";
import type { KernelSpec } from "./specs.js";

/** How a kernel is to be started. */
export interface Launch {
  readonly name: string;
  readonly spec: KernelSpec;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where connection files go. */
  readonly folder: string;
}

/** How long a kernel may take to end by itself, and then after being asked by a signal. */
const shutdownMs = 5000;
const terminateMs = 2000;
/** Between looks whether a new kernel answers. */
const nudgeMs = 100;

export class RunningKernel {
  readonly exited: Promise<Exit>;
  /** Resolves once it answers and its outputs are heard; rejects when it ends before that. */
  readonly ready: Promise<void>;
  readonly #launch: Launch;
  readonly #process: KernelProcess;
  readonly #client: KernelClient;
  #isReady = false;
  #readyAt = Number.POSITIVE_INFINITY;
  #stopping = false;

  static async start(launch: Launch, receive: (message: FromKernel) => void): Promise<RunningKernel> {
    const { info, file } = await writeConnection(launch.folder, launch.name);
    const child = new KernelProcess(launch.spec, file, launch.cwd, launch.env);
    return new RunningKernel(launch, child, (handle) => new KernelClient(info, handle), file, receive);
  }

  private constructor(
    launch: Launch,
    child: KernelProcess,
    connect: (handle: (message: FromKernel) => void) => KernelClient,
    file: string,
    receive: (message: FromKernel) => void,
  ) {
    this.#launch = launch;
    this.#process = child;
    let answered = 0;
    let heard = false;
    this.#client = connect((from) => {
      if (from.channel === "iopub") heard = true;
      if (from.message.parent_header?.session !== session) receive(from);
      else if (from.channel === "shell") answered++;
    });
    const { session } = this.#client.signer.makeHeader("status");
    this.exited = child.exited.then(async (exit) => {
      this.#client.close();
      await rm(file, { force: true });
      return exit;
    });
    this.ready = this.#nudge(
      () => answered,
      () => heard,
    );
    // Whoever waits hears of it; nobody has to.
    this.ready.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Somebody asked for its end. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** How long it has worked. */
  get ageMs(): number {
    return Math.max(0, Date.now() - this.#readyAt);
  }

  send(channel: RequestChannel, texts: Texts, buffers: readonly Uint8Array[] = []): void {
    this.#client.send(channel, texts, buffers);
  }

  interrupt(): void {
    if (this.#launch.spec.interrupt_mode === "message") this.#request("control", "interrupt_request", {});
    else if (process.platform !== "win32") this.#process.interrupt();
    else throw new Refusal(501, "this kernel is interrupted by signals, which Windows doesn't have; restart it");
  }

  /** Asks it to end, then makes it. */
  async stop(restart: boolean): Promise<void> {
    this.#stopping = true;
    if (this.#isReady) this.#request("control", "shutdown_request", { restart });
    const steps = [
      [this.#isReady ? shutdownMs : 0, "SIGTERM"],
      [terminateMs, "SIGKILL"],
    ] as const;
    for (const [ms, signal] of steps) {
      if (await endsWithin(this.exited, ms)) return;
      this.#process.kill(signal);
    }
    await this.exited;
  }

  /**
   * Asks until an answer and something on iopub have come: a kernel may hear us before we hear what it publishes, and the
   * outputs of the first cell would be lost.
   */
  async #nudge(answers: () => number, heard: () => boolean): Promise<void> {
    let ended = false;
    void this.exited.then(() => {
      ended = true;
    });
    for (let asked = 0; answers() === 0 || !heard(); ) {
      if (answers() === asked) {
        this.#request("shell", "kernel_info_request", {});
        asked++;
      }
      await wait(nudgeMs);
      if (ended) throw new Refusal(500, `the kernel ${this.#launch.name} ended while it started`);
    }
    this.#isReady = true;
    this.#readyAt = Date.now();
  }

  #request(channel: RequestChannel, type: string, content: Json): void {
    const header = JSON.stringify(this.#client.signer.makeHeader(type));
    this.send(channel, { header, parent: "{}", metadata: "{}", content: JSON.stringify(content) });
  }
}

async function endsWithin(end: Promise<unknown>, ms: number): Promise<boolean> {
  const stop = new AbortController();
  const late = wait(ms, false, { signal: stop.signal }).catch(() => false);
  const ended = await Promise.race([end.then(() => true), late]);
  stop.abort();
  return ended;
}
