// The real kernel in a process of its own, and a front end that talks to it.

import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFlags } from "../../../kernel/install.js";
import { removeFolder, temporaryFolder } from "../../folders.js";
import { connectionFile, Front, freeConnection, type Heard } from "../wire/front.js";

const main = fileURLToPath(new URL("../../../kernel/main.js", import.meta.url));

/** What a cell came to. */
export interface Ran {
  readonly id: string;
  readonly reply: Heard["content"];
  /** Text of both streams. */
  readonly text: string;
  readonly result: Record<string, unknown> | undefined;
  readonly shown: readonly Heard[];
}

export class Kernel {
  readonly process: ChildProcess;
  readonly front: Front;
  readonly folder: string;
  /** What the process itself wrote. */
  terminal = "";

  private constructor(child: ChildProcess, front: Front, folder: string) {
    this.process = child;
    this.front = front;
    this.folder = folder;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text) => {
        this.terminal += text;
      });
  }

  /** Starts in a new folder, whose files the cells can import. */
  static async start(files: Readonly<Record<string, string>> = {}, ...flags: string[]): Promise<Kernel> {
    const folder = temporaryFolder("the kernel");
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const connection = await freeConnection();
    const file = connectionFile(folder, connection);
    const child = spawn(process.execPath, [...nodeFlags, main, "kernel", "--connection-file", file, ...flags], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, JUPYTER_DATA_DIR: folder },
    });
    return new Kernel(child, await Front.to(connection), folder);
  }

  begin(code: string, more: Record<string, unknown> = {}): string {
    return this.front.send("execute_request", { code, allow_stdin: true, ...more });
  }

  async end(id: string, ms = 20_000): Promise<Ran> {
    const reply = (await this.front.done(id, ms)).content;
    const published = this.front.published(id);
    return {
      id,
      reply,
      text: published
        .filter((one) => one.type === "stream")
        .map((one) => one.content["text"])
        .join(""),
      result: published.find((one) => one.type === "execute_result")?.content["data"] as Ran["result"],
      shown: published.filter((one) => /display_data|clear_output/.test(one.type)),
    };
  }

  run(code: string, more: Record<string, unknown> = {}): Promise<Ran> {
    return this.end(this.begin(code, more));
  }

  /** Ends it as Jupyter does; the exit code. */
  async close(): Promise<number | null> {
    const code = await this.#ended();
    this.front.close();
    removeFolder(this.folder);
    return code;
  }

  async #ended(): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const ended = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
    this.front.send("shutdown_request", { restart: false }, { channel: "control" });
    const late = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
    const code = await ended;
    clearTimeout(late);
    return code;
  }
}
