// A kernel's process: started apart from the terminal's signals, ended together with whatever it started.

import { type ChildProcess, spawn } from "node:child_process";
import type { KernelSpec } from "./specs.js";

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** What it wrote to its standard error as it ended. */
  readonly lastWords: string;
}

/** Characters of standard error that are kept, and for how long: what was written long before the end has nothing to do with it. */
const keptCharacters = 4000;
const keptMs = 2000;
const windows = process.platform === "win32";

/** Those alive: ended when this process exits without having closed its server. */
const alive = new Set<KernelProcess>();
process.on("exit", () => {
  for (const one of alive) one.kill("SIGKILL");
});

export class KernelProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #lastWords = "";
  #spoken = 0;

  constructor(spec: KernelSpec, connectionFile: string, cwd: string, env: Readonly<Record<string, string>>) {
    const [command = "", ...rest] = spec.argv.map((part) => part.replaceAll("{connection_file}", connectionFile));
    this.#child = spawn(command, rest, {
      cwd,
      // A kernel that is told its parent's id ends when the parent has died.
      env: { ...process.env, ...spec.env, ...env, JPY_PARENT_PID: String(process.pid) },
      stdio: ["ignore", "pipe", "pipe"],
      detached: !windows,
      windowsHide: true,
    });
    const keep = (text: string): void => {
      this.#lastWords = (this.#recent() + text).slice(-keptCharacters);
      this.#spoken = Date.now();
    };
    this.#child.stdout?.resume();
    this.#child.stderr?.setEncoding("utf8").on("data", keep);
    alive.add(this);
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: string | null): void => {
        alive.delete(this);
        this.kill("SIGKILL");
        resolve({ code, signal, lastWords: this.#recent().trim() });
      };
      this.#child.once("error", (error) => {
        if (this.#child.pid !== undefined) return;
        keep(String(error.message));
        end(null, null);
      });
      this.#child.once("exit", end);
    });
  }

  #recent(): string {
    return Date.now() - this.#spoken > keptMs ? "" : this.#lastWords;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** The process and, where there are process groups, all that it started. */
  kill(signal: "SIGTERM" | "SIGKILL"): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (windows) this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // Nobody is left.
    }
  }
}
