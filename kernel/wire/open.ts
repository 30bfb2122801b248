// The wire as the cells' thread sees it: opens the sockets in a thread of their own.

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { type CellsSide, inputStates, type ThreadData, type ToCells, type ToSockets, type Wire } from "./link.js";
import type { ConnectionInfo } from "./messages.js";

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

/** Resolves once all ports are bound; rejects with the reason when one can't be. */
export function openWire(connection: ConnectionInfo, cells: CellsSide, options: WireOptions): Promise<Wire> {
  const { language, ...rest } = options;
  const channel = new MessageChannel();
  const waits = new Int32Array(new SharedArrayBuffer(4));
  const data: ThreadData = { connection, ...rest, language, answers: channel.port2, waits };
  const thread = new Worker(new URL("thread.js", import.meta.url), {
    workerData: data,
    transferList: [language, channel.port2],
    stdout: false,
    stderr: false,
  });
  const post = (message: ToSockets): void => thread.postMessage(message);
  const flushes = new Map<number, () => void>();
  let closed = (): void => {};
  const closing = new Promise<void>((resolve) => {
    closed = resolve;
  });

  const wire: Wire = {
    publish: (id, publication) => post({ kind: "publish", id, publication }),
    input(id, prompt, password) {
      Atomics.store(waits, 0, inputStates.waiting);
      post({ kind: "input", id, prompt, password });
      Atomics.wait(waits, 0, inputStates.waiting);
      const state = Atomics.load(waits, 0);
      if (state === inputStates.answered) return receiveMessageOnPort(channel.port1)?.message as string;
      if (state === inputStates.interrupted) throw new InputInterrupted("interrupted while waiting for input");
      throw new Error("this front end takes no input (allow_stdin is false)");
    },
    flush() {
      const key = flushes.size + Math.random();
      return new Promise((resolve) => {
        flushes.set(key, resolve);
        post({ kind: "flush", key });
      });
    },
    close() {
      post({ kind: "close" });
      channel.port1.close();
      return closing;
    },
  };

  return new Promise((resolve, reject) => {
    thread.on("error", reject);
    thread.on("exit", closed);
    thread.on("message", (message: ToCells) => {
      switch (message.kind) {
        case "opened":
          return resolve(wire);
        case "failed":
          return reject(new Error(`the kernel can't open its sockets: ${message.reason}`));
        case "execute":
          return void cells
            .execute(message.request)
            .then((outcome) => post({ kind: "outcome", id: message.request.id, outcome }));
        case "comm":
          return void cells.comm(message.message).finally(() => post({ kind: "commDone", id: message.message.id }));
        case "interrupt":
          post({ kind: "interrupted" });
          return cells.interrupt();
        case "shutdown":
          return void cells.shutdown(message.restart, () => post({ kind: "shutDown" }));
        case "flushed":
          flushes.get(message.key)?.();
          return void flushes.delete(message.key);
        case "closed":
          return;
      }
    });
  });
}
