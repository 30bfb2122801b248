// The server's folder for connection files, which hold keys. It goes when the server closes or its process exits; those of servers
// that were killed go when the next one starts.

import { rmSync } from "node:fs";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

/** Containers may share the folder for temporary files, but not their processes: the host is part of the name. */
const prefix = `weft-server-${hostname().replace(/[^A-Za-z0-9]/g, "_")}-`;
const everything = { recursive: true, force: true } as const;

/** Of this process. */
const folders = new Set<string>();
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, everything);
});

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  folders.add(folder);
  // Nobody waits for it, and what can't be removed is no reason to fail.
  sweep().catch(() => {});
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, everything);
  folders.delete(folder);
}

/** Removes folders of this user's servers whose process is gone. */
async function sweep(): Promise<void> {
  const user = process.getuid?.();
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(prefix) ? /^(\d+)-[^-]+$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(tmpdir(), name);
    const stats = await lstat(path).catch(() => null);
    if (stats?.isDirectory() && (user === undefined || stats.uid === user)) await rm(path, everything).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be asked.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
