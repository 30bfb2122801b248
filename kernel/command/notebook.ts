// `weft notebook`: serves a folder, opens it in the browser, and ends with everything it has started.

import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import open from "open";
import { type RunningServer, startServer } from "../server/index.js";

export interface NotebookOptions {
  /** False: the address is only printed. Default: a browser opens when somebody sits at the terminal. */
  readonly browser?: boolean;
  readonly port?: number;
  /** The folder that is served; default: the one that is opened. */
  readonly root?: string;
  /** Seconds after which a kernel that does nothing is ended; 0: never. */
  readonly cull?: number;
}

/** Serves until interrupted. `path`: a folder, or a notebook in one. */
export async function serveNotebooks(path: string, options: NotebookOptions): Promise<void> {
  const target = resolve(path);
  const isFile = (await stat(target)).isFile();
  const root = resolve(options.root ?? (isFile ? dirname(target) : target));
  const server = await startServer({
    root,
    page: fileURLToPath(new URL("../page", import.meta.url)),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.cull ? { culling: { idleSeconds: options.cull } } : {}),
  });
  const place = isFile ? `notebooks/${encodeURIComponent(basename(target))}` : "";
  const address = `${server.url}${place}?token=${server.token}`;
  console.log(`Notebooks in ${root}:\n\n    ${address}\n\nCtrl-C ends it.`);
  const atTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (options.browser ?? atTerminal) await openBrowser(address);
  await interrupted(server, atTerminal);
  await server.close();
}

async function openBrowser(address: string): Promise<void> {
  try {
    const child = await open(address);
    child.on("error", () => console.log("No browser could be opened; copy the address into one."));
    child.unref();
  } catch {
    console.log("No browser could be opened; copy the address into one.");
  }
}

/** Resolves when the server is to end: at once, or when asked whether running kernels may. */
async function interrupted(server: RunningServer, ask: boolean): Promise<void> {
  for (;;) {
    const signal = await new Promise<NodeJS.Signals>((done) => {
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, done);
    });
    const running = server.kernels();
    if (signal !== "SIGINT" || !ask || running === 0) return;
    if (await confirmed(`\nEnd ${running} running ${running === 1 ? "kernel" : "kernels"}? [y/N] `)) return;
  }
}

/** A second Ctrl-C says yes. */
async function confirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const again = new Promise<string>((yes) => terminal.once("SIGINT", () => yes("y")));
    const answer = await Promise.race([terminal.question(question), again]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
