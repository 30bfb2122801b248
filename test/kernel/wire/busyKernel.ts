// node busyKernel.js CONNECTION_FILE
// A kernel whose cells are plain JavaScript and that starts in no time, for tests that need a busy main thread, signals and an end.
// Its cells: bodies of async functions of (keep, show, input); an interrupt rejects the cell, and what it awaits runs on.

import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { MessageChannel } from "node:worker_threads";
import type { ExecuteOutcome, ExecuteRequest, Wire } from "../../../kernel/wire/link.js";
import type { ConnectionInfo } from "../../../kernel/wire/messages.js";
import { openWire } from "../../../kernel/wire/open.js";

const connection = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as ConnectionInfo;
const language = new MessageChannel();
const keep: Record<string, unknown> = {};
const storage = new AsyncLocalStorage<string>();
const rejects = new Set<(error: Error) => void>();
type Body = (k: typeof keep, show: (text: string) => void, input: (prompt?: string) => string) => Promise<unknown>;
const AsyncFunction = (async () => {}).constructor as new (...text: string[]) => Body;

async function execute({ id, code }: ExecuteRequest): Promise<ExecuteOutcome> {
  const show = (text: string): void => wire.publish(id, { type: "stream", content: { name: "stdout", text } });
  let reject: (error: Error) => void = () => {};
  const interrupted = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  rejects.add(reject);
  try {
    const body = new AsyncFunction("keep", "show", "input", code);
    // "deaf" cells hear of no interrupt: as when the function that should settle their promise was terminated.
    // The storage makes Node keep its stack of asynchronous work.
    const work = storage.run(id, () => body(keep, show, (prompt = "") => wire.input(id, prompt, false)));
    await (code.startsWith("/* deaf */") ? work : Promise.race([work, interrupted]));
    return { status: "ok", payload: [], user_expressions: {} };
  } catch (error) {
    const { name, message } = error as Error;
    return { status: "error", ename: name, evalue: message, traceback: [] };
  } finally {
    rejects.delete(reject);
  }
}

process.on("unhandledRejection", () => {});
const wire: Wire = await openWire(
  connection,
  {
    execute,
    comm: async () => {},
    interrupt() {
      for (const reject of rejects)
        reject(Object.assign(new Error("interrupted"), { name: "KeyboardInterrupt", stack: "" }));
    },
    async shutdown(_restart, reply) {
      reply();
      await wire.flush();
      await wire.close();
      language.port2.close();
      process.exit(0);
    },
  },
  { language: language.port1, banner: "", languageInfo: {}, version: "0.0.0", historyFile: null },
);
