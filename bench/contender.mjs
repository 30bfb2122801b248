// The harness's end of a contender's process: asks one question at a time, with a time limit, and never leaves a process behind.

import { spawn } from "node:child_process";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const alive = new Set();

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const child of alive) child.kill("SIGKILL");
    process.exit(130);
  });
}
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

export class Contender {
  #child;
  #waiting;
  #ended;
  #lastWords = "";

  /** @param {{ python?: boolean, env?: Record<string, string> }} about */
  constructor(about, options) {
    const [command, script] = about.python
      ? [options.python, here("peers.py")]
      : [process.execPath, here("worker.mjs")];
    const env = { ...process.env, ...about.env };
    // It slows numpy where an environment sets it; and everything here is measured on the processor.
    delete env.OPENBLAS_CORETYPE;
    env.CUDA_VISIBLE_DEVICES = "";
    if (options.threads !== undefined) env.WEFT_THREADS = options.threads;
    this.#child = spawn(command, [script], { env, stdio: ["pipe", "pipe", "pipe"] });
    alive.add(this.#child);
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#end(`cannot start ${command}: ${error.message}`, resolve));
      this.#child.once("close", (code, signal) => this.#end(`ended with ${signal ?? `code ${code}`}`, resolve));
    });
    this.#child.stdin.on("error", () => {});
    readline.createInterface({ input: this.#child.stdout }).on("line", (line) => {
      if (line.startsWith("@bench ")) this.#waiting?.resolve(JSON.parse(line.slice(7)));
    });
    readline.createInterface({ input: this.#child.stderr }).on("line", (line) => {
      if (line.trim() !== "") this.#lastWords = line.trim();
    });
  }

  #end(reason, resolve) {
    alive.delete(this.#child);
    this.reason ??= this.#lastWords === "" ? reason : `${reason}: ${this.#lastWords}`;
    this.#waiting?.reject(new Error(this.reason));
    resolve();
  }

  /** Sends a message and waits for the answer; rejects on an error, when the process ends, or after `limitMs`. */
  async ask(message, limitMs) {
    if (this.reason !== undefined) throw new Error(this.reason);
    let timer;
    try {
      const answer = await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(
          () => reject(new Error(`skipped: no answer within ${Math.round(limitMs / 1000)} s (${message.do})`)),
          limitMs,
        );
        this.#child.stdin.write(`${JSON.stringify(message)}\n`);
      });
      if (answer.error !== undefined) throw new Error(answer.error.split("\n")[0].slice(0, 300));
      return answer;
    } catch (error) {
      if (alive.has(this.#child) && error.message.startsWith("skipped")) this.#child.kill("SIGKILL");
      throw error;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  /** Asks the process to end and makes sure that it did. */
  async stop() {
    if (!alive.has(this.#child)) return this.#ended;
    this.#child.stdin.end(`${JSON.stringify({ do: "quit" })}\n`);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.#ended;
    clearTimeout(timer);
  }
}
