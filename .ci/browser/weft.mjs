// `weft notebook` on a copy of the tutorials, so that nothing a test saves reaches the repository; and its end by Ctrl-C.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { until } from "./check.mjs";

export async function startWeft() {
  const scratch = mkdtempSync(join(tmpdir(), "weft-page-"));
  const folder = join(scratch, "notebooks");
  cpSync("notebooks", folder, { recursive: true });
  // Tutorials import packages of the repository.
  symlinkSync(resolve("node_modules"), join(scratch, "node_modules"), "junction");
  const server = spawn(process.execPath, ["dist/kernel/main.js", "notebook", folder, "--no-browser", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, JUPYTER_DATA_DIR: join(scratch, "data") },
  });
  const ended = new Promise((done) => server.once("exit", done));
  let said = "";
  server.stdout.on("data", (text) => {
    said += text;
  });
  const started = performance.now();
  const address = new URL(await until(() => /http:\/\/127\.0\.0\.1\S+/.exec(said)?.[0], "the address is printed"));
  return {
    folder,
    address,
    /** Milliseconds from its start until it listened. */
    took: performance.now() - started,
    /** The server's process and all that it has started. */
    processes: () => [server.pid, ...descendants(server.pid)],
    /** Ends it as Ctrl-C does, by force when that doesn't help; milliseconds. */
    async interrupt() {
      const before = performance.now();
      server.kill("SIGINT");
      const late = setTimeout(() => server.kill("SIGKILL"), 15_000);
      await ended;
      clearTimeout(late);
      rmSync(scratch, { recursive: true, force: true });
      return performance.now() - before;
    },
  };
}

function descendants(parent) {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (one) => pairs.filter(([, of]) => of === one).flatMap(([pid]) => [pid, ...below(pid)]);
  return below(parent);
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
