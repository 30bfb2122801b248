// A notebook and a kernel in, the executed notebook out, and what went wrong.

import { setTimeout as wait } from "node:timers/promises";
import { type Notebook, textOf } from "../notebook/format.js";
import type { Json } from "../wire/messages.js";
import { NotebookOutputs, type Outputs } from "./outputs.js";
import { tagsOf } from "./parameters.js";
import type { IIOPubMessage, IKernelConnection } from "./services.js";

export interface Failure {
  readonly kind: "error" | "dead" | "timeout" | "interrupted";
  /** From 1, as a reader counts cells of code and text. */
  readonly cell: number;
  readonly source: string;
  /** In one line. */
  readonly message: string;
  /** With ANSI colours. */
  readonly traceback: string;
}

export interface Execution {
  readonly notebook: Notebook;
  readonly failure: Failure | null;
}

/** Told while it runs. */
export interface Watcher {
  begin(cell: number, count: number, source: string): void;
  /** What the running cell last put out. */
  line(text: string): void;
}

export interface ExecuteOptions {
  /** For each cell; 0: none. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly watcher: Watcher;
}

/** What a cell may take to end after an interrupt. */
const interruptMs = 5000;

export async function executeNotebook(
  notebook: Notebook,
  kernel: IKernelConnection,
  options: ExecuteOptions,
): Promise<Execution> {
  const runner = new Runner(kernel, options);
  const cells: Json[] = notebook.cells.map((cell) =>
    cell["cell_type"] === "code" ? { ...cell, execution_count: null, outputs: [] } : cell,
  );
  const executed: Notebook = { ...notebook, metadata: { ...notebook.metadata }, cells };
  let failure: Failure | null = null;
  try {
    executed.metadata["language_info"] = (await kernel.info).language_info;
    const count = cells.length;
    for (const [i, cell] of cells.entries()) {
      const source = textOf(cell["source"]);
      const tags = tagsOf(cell);
      if (cell["cell_type"] !== "code" || source.trim() === "" || tags.includes("skip-execution")) continue;
      options.watcher.begin(i + 1, count, source);
      const fault = await runner.run(cell, source);
      if (!fault || (fault.kind === "error" && tags.includes("raises-exception"))) continue;
      failure = { ...fault, cell: i + 1, source };
      break;
    }
  } finally {
    runner.close();
  }
  return { notebook: executed, failure };
}

type Fault = Pick<Failure, "kind" | "message" | "traceback">;

const died: Fault = { kind: "dead", message: "the kernel died", traceback: "" };

class Runner {
  readonly #kernel: IKernelConnection;
  readonly #options: ExecuteOptions;
  readonly #outputs = new NotebookOutputs();
  /** Resolves when the kernel is gone. */
  readonly #dead: Promise<Fault>;
  /** Why the running cell was interrupted. */
  #cut: Fault | null = null;
  readonly #hear = (_: unknown, { header, content, parent_header }: IIOPubMessage): void => {
    const parent = (parent_header as { msg_id?: string }).msg_id;
    this.#outputs.hear(header.msg_type, content as unknown as Json, parent);
    if (header.msg_type === "stream")
      this.#options.watcher.line(lastLine((content as unknown as { text: string }).text));
  };

  constructor(kernel: IKernelConnection, options: ExecuteOptions) {
    this.#kernel = kernel;
    this.#options = options;
    kernel.iopubMessage.connect(this.#hear);
    this.#dead = new Promise((resolve) => {
      kernel.statusChanged.connect((_, status) => {
        if (status === "dead" || status === "autorestarting") resolve(this.#cut ?? died);
      });
    });
  }

  close(): void {
    if (!this.#kernel.isDisposed) this.#kernel.iopubMessage.disconnect(this.#hear);
  }

  /** Runs one cell and fills in what came of it. */
  async run(cell: Json, code: string): Promise<Fault | null> {
    const stop = new AbortController();
    try {
      const future = this.#kernel.requestExecute({ code, allow_stdin: false, stop_on_error: true });
      const outputs = this.#outputs.begin(future.msg.header.msg_id);
      cell["outputs"] = outputs.list;
      const done = future.done.then(
        ({ content }) => this.#ended(content as unknown as Json, cell, outputs),
        // The front end drops its requests when the kernel dies.
        (): Fault => this.#cut ?? died,
      );
      const faults: Promise<Fault | null>[] = [done, this.#dead, this.#aborted(stop.signal, done)];
      if (this.#options.timeoutSeconds > 0) faults.push(this.#late(stop.signal, done));
      return await Promise.race(faults);
    } catch (error) {
      return { kind: "dead", message: (error as Error).message, traceback: "" };
    } finally {
      stop.abort();
    }
  }

  #ended(reply: Json, cell: Json, outputs: Outputs): Fault | null {
    cell["execution_count"] = reply["execution_count"] ?? null;
    if (this.#cut) return this.#cut;
    if (reply["status"] === "ok") return null;
    const { ename = "Error", evalue = "the kernel didn't run the cell", traceback = [] } = reply;
    if (!outputs.list.some((one) => one["output_type"] === "error"))
      outputs.add({ output_type: "error", ename, evalue, traceback });
    const message = `${ename}: ${evalue}`;
    const kind = ename === "DeadKernelError" ? "dead" : "error";
    return { kind, message, traceback: Array.isArray(traceback) ? traceback.join("\n") : "" };
  }

  async #late(signal: AbortSignal, done: Promise<unknown>): Promise<Fault | null> {
    const { timeoutSeconds } = this.#options;
    await wait(timeoutSeconds * 1000, null, { signal });
    return this.#interrupt({ kind: "timeout", message: `it took more than ${timeoutSeconds} s`, traceback: "" }, done);
  }

  async #aborted(signal: AbortSignal, done: Promise<unknown>): Promise<Fault | null> {
    await new Promise<void>((resolve) => {
      const { signal: asked } = this.#options;
      if (asked.aborted) resolve();
      asked.addEventListener("abort", () => resolve(), { once: true, signal });
    });
    return this.#interrupt({ kind: "interrupted", message: "interrupted", traceback: "" }, done);
  }

  /** Waits a moment, so that what the cell has put out is complete. */
  async #interrupt(fault: Fault, done: Promise<unknown>): Promise<Fault> {
    this.#cut = fault;
    await this.#kernel.interrupt().catch(() => {});
    await Promise.race([done, wait(interruptMs, null, { ref: false })]);
    return fault;
  }
}

function lastLine(text: string): string {
  return (
    text
      .split(/[\r\n]+/)
      .filter((line) => line.trim() !== "")
      .at(-1) ?? ""
  );
}
