// Notebooks of a folder in the browser, until Ctrl-C: the server, its address in the terminal, its page in the browser.

import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { escapeHtml } from "./display/escape.js";
import { dataFolder } from "./install.js";
import { type RunningServer, startServer } from "./server/index.js";

export interface ServeOptions {
  /** A folder, or one notebook. */
  readonly path: string;
  /** The folder that is served; default: that of `path`. */
  readonly root?: string | undefined;
  readonly port?: number | undefined;
  readonly browser: boolean;
  /** Minutes after which a kernel without a tab is shut down; 0: never. */
  readonly idleMinutes: number;
}

/** Resolves when the user has ended it and nothing is left behind. */
export async function serveNotebooks(options: ServeOptions): Promise<void> {
  const started = performance.now();
  const { root, below } = await placeOf(options);
  const state = join(dataFolder({}), "weft");
  const server = await startServer({
    root,
    state,
    page: fileURLToPath(new URL("page/", import.meta.url)),
    culling: { idleSeconds: options.idleMinutes * 60 },
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const address = `${server.url}${below}?token=${server.token}`;
  console.log(`\n  Notebooks of ${root} (ready in ${Math.round(performance.now() - started)} ms):\n\n    ${address}\n`);
  console.log("  Whoever knows this address can run code here. Ctrl-C ends the server and its kernels.\n");
  const door = options.browser ? await openBrowser(address, state) : null;
  await asked();
  await end(server);
  if (door !== null) await rm(door, { force: true });
}

/** The folder to serve, and the page to begin with. */
async function placeOf({ path, root }: ServeOptions): Promise<{ readonly root: string; readonly below: string }> {
  const full = resolve(root ?? ".", path);
  const stats = await stat(full).catch(() => null);
  if (!stats) throw new Error(`there is no folder or notebook ${full}`);
  const folder = root === undefined ? (stats.isDirectory() ? full : dirname(full)) : resolve(root);
  const names = relative(folder, full).split(sep).filter(Boolean);
  if (names[0] === "..") throw new Error(`${full} is not in ${folder}`);
  if (names.length === 0) return { root: folder, below: "" };
  const encoded = names.map(encodeURIComponent).join("/");
  return { root: folder, below: `${stats.isDirectory() ? "tree" : "notebooks"}/${encoded}` };
}

/**
 * By way of a file that only this user can read: what a program is started with, all users of the machine can see, and the address
 * holds the token. Returns the file.
 */
async function openBrowser(address: string, folder: string): Promise<string | null> {
  const file = join(folder, `open-${process.pid}.html`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(file, { force: true });
    const refresh = `<meta http-equiv="refresh" content="0; url=${escapeHtml(address)}">`;
    await writeFile(file, `<!doctype html><meta charset="utf-8">${refresh}<title>Weft</title>`, {
      mode: 0o600,
      flag: "wx",
    });
    const { default: open } = await import("open");
    const child = await open(file);
    child.once("error", () => console.log("  No browser could be opened: open the address yourself.\n"));
    return file;
  } catch (error) {
    console.log(`  No browser could be opened (${(error as Error).message}): open the address yourself.\n`);
    return null;
  }
}

/** Ctrl-C, the terminal closed, or the system asks. */
function asked(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done());
  });
}

async function end(server: RunningServer): Promise<void> {
  // Whoever doesn't want to wait: kernels are killed when this process exits.
  process.on("SIGINT", () => process.exit(130));
  console.log("\n  Shutting down kernels. Ctrl-C once more kills them.");
  await server.close();
}
