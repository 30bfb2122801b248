// The wire as the cells' thread sees it: opens the sockets in a thread of their own.

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { type AsyncStack, watchAsyncStack } from "./asyncStack.js";
import { Flights } from "./flights.js";
import { stringify } from "./json.js";
import {
  type CellsSide,
  type CommMessage,
  type DropReason,
  dropReasons,
  type ErrorContent,
  type ExecuteOutcome,
  type ExecuteRequest,
  inputStates,
  type ThreadData,
  type ToCells,
  type ToSockets,
  type Wire,
} from "./link.js";
import { log } from "./log.js";
import type { ConnectionInfo } from "./messages.js";
import { pack } from "./pack.js";
import { keepSigint } from "./sigint.js";

export interface WireOptions {
  /** Answers `LanguageMessage`s at its other end. */
  readonly language: MessagePort;
  readonly banner: string;
  readonly languageInfo: Readonly<Record<string, unknown>>;
  /** Of this package. */
  readonly version: string;
  readonly historyFile: string | null;
}

/** What `input` throws when the user interrupts instead of answering. */
export class InputInterrupted extends Error {
  override name = "KeyboardInterrupt";
}

/** Ends the process, whatever cells make of process.exit. */
const exit = process.exit.bind(process);

/** Resolves once all ports are bound; rejects with the reason when one can't be. */
export async function openWire(connection: ConnectionInfo, cells: CellsSide, options: WireOptions): Promise<Wire> {
  const wire = new ThreadedWire(connection, cells, options);
  await wire.opened;
  return wire;
}

class ThreadedWire implements Wire {
  readonly opened: Promise<void>;
  readonly #cells: CellsSide;
  readonly #thread: Worker;
  readonly #answers: MessagePort;
  readonly #waits = new Int32Array(new SharedArrayBuffer(4));
  readonly #dropped = new Int32Array(new SharedArrayBuffer(4 * dropReasons.length));
  readonly #flights = new Flights();
  readonly #asyncStack: AsyncStack = watchAsyncStack();
  readonly #flushes = new Map<number, () => void>();
  readonly #ended: Promise<void>;
  #lastFlush = 0;
  #lastInterrupt = 0;
  #closing = false;
  readonly #releaseSigint: () => void = keepSigint(() => this.#post({ kind: "sigint" }));

  constructor(connection: ConnectionInfo, cells: CellsSide, { language, ...rest }: WireOptions) {
    this.#cells = cells;
    const { port1, port2 } = new MessageChannel();
    this.#answers = port1;
    const data: ThreadData = {
      connection,
      ...rest,
      language,
      answers: port2,
      waits: this.#waits,
      dropped: this.#dropped,
    };
    this.#thread = new Worker(new URL("thread.js", import.meta.url), {
      workerData: data,
      transferList: [language, port2],
    });
    this.#ended = new Promise((resolve) => this.#thread.on("exit", () => resolve()));
    this.opened = new Promise((resolve, reject) => {
      this.#thread.on("error", reject);
      this.#thread.on("message", (message: ToCells) => {
        if (message.kind === "opened") resolve();
        else if (message.kind === "failed") {
          this.#closing = true;
          reject(new Error(`the kernel can't open its sockets: ${message.reason}`));
        } else this.#receive(message);
      });
    });
    void this.#ended.then(() => this.#lost());
  }

  publish(id: string | null, publication: Parameters<Wire["publish"]>[1]): void {
    const packed = pack(publication);
    this.#thread.postMessage(
      { kind: "publish", id, publication: packed } satisfies ToSockets,
      buffersOf(packed.buffers),
    );
  }

  input(id: string, prompt: string, password: boolean): string {
    Atomics.store(this.#waits, 0, inputStates.waiting);
    this.#post({ kind: "input", id, prompt, password });
    Atomics.wait(this.#waits, 0, inputStates.waiting);
    switch (Atomics.load(this.#waits, 0)) {
      case inputStates.answered:
        return receiveMessageOnPort(this.#answers)?.message as string;
      case inputStates.interrupted:
        throw new InputInterrupted("interrupted while waiting for input");
      case inputStates.late:
        throw new Error("only a running cell can ask for input, and this one has ended");
      default:
        throw new Error("this front end takes no input (allow_stdin is false)");
    }
  }

  flush(): Promise<void> {
    const key = ++this.#lastFlush;
    return new Promise((resolve) => {
      this.#flushes.set(key, resolve);
      this.#post({ kind: "flush", key });
    });
  }

  get dropped(): Record<DropReason, number> {
    const count = (reason: DropReason): number => Atomics.load(this.#dropped, dropReasons.indexOf(reason));
    return Object.fromEntries(dropReasons.map((reason) => [reason, count(reason)])) as Record<DropReason, number>;
  }

  close(): Promise<void> {
    this.#closing = true;
    this.#post({ kind: "close" });
    return this.#ended;
  }

  #post(message: ToSockets): void {
    this.#thread.postMessage(message);
  }

  #receive(message: ToCells): void {
    switch (message.kind) {
      case "execute":
        this.#execute(message.request);
        break;
      case "comm":
        this.#comm(message.message);
        break;
      case "interrupt":
        this.#interrupt(message.number, message.terminated);
        break;
      case "shutdown":
        void this.#cells.shutdown(message.restart, () => this.#post({ kind: "shutDown" }));
        break;
      case "flushed":
        this.#flushes.get(message.key)?.();
        this.#flushes.delete(message.key);
        break;
      default:
    }
  }

  #execute(request: ExecuteRequest): void {
    const { id, silent } = request;
    const end = (outcome: ExecuteOutcome): void => {
      if (this.#flights.land(id)) this.#outcome(id, outcome);
    };
    const fail = (error: ErrorContent): void => {
      const { status: _, ...content } = error;
      if (!silent) this.publish(id, { type: "error", content });
      this.#outcome(id, error);
    };
    this.#flights.begin(id, () => fail(errorOf("KeyboardInterrupt", "interrupted")));
    let outcome: Promise<ExecuteOutcome>;
    try {
      outcome = this.#cells.execute(request);
    } catch (error) {
      outcome = Promise.reject(error);
    }
    outcome.then(end, (error) => {
      if (this.#flights.land(id)) fail(errorOf("KernelError", String(error instanceof Error ? error.stack : error)));
    });
  }

  #outcome(id: string, outcome: ExecuteOutcome): void {
    let content: string;
    try {
      content = stringify(outcome);
    } catch (error) {
      content = stringify(errorOf("KernelError", `the reply can't be written as JSON: ${error}`));
    }
    this.#post({ kind: "outcome", id, failed: outcome.status === "error", content });
  }

  #comm(message: CommMessage): void {
    const done = (): void => this.#post({ kind: "commDone", id: message.id });
    const end = (): void => {
      if (this.#flights.land(message.id)) done();
    };
    this.#flights.begin(message.id, done);
    this.#cells.comm(message).then(end, (error) => {
      log(`a comm's handler failed: ${error}`);
      end();
    });
  }

  #interrupt(number: number, terminated: boolean): void {
    if (terminated) this.#asyncStack.recover();
    this.#post({ kind: "interrupted", number });
    if (number > this.#lastInterrupt) {
      this.#lastInterrupt = number;
      this.#cells.interrupt();
    }
    if (terminated) this.#flights.terminated(() => this.#cells.interrupt());
  }

  /** The thread has ended: a kernel without sockets is of no use. */
  #lost(): void {
    this.#releaseSigint();
    this.#asyncStack.release();
    this.#answers.close();
    if (this.#closing) return;
    log("the thread of the sockets has failed");
    exit(1);
  }
}

const errorOf = (ename: string, evalue: string): ErrorContent => ({
  status: "error",
  ename,
  evalue,
  traceback: [`\u001b[31m${ename}\u001b[39m: ${evalue}`],
});

const buffersOf = (views: readonly Uint8Array[]): ArrayBuffer[] => views.map((view) => view.buffer as ArrayBuffer);
