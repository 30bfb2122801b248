// Files written whole or not at all: a crash or a full disk leaves the old one.

import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Windows refuses to replace a file that somebody has open for a moment, virus scanners above all. */
const retries = 20;
const retryMs = 50;

export async function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const mode = (await stat(file).catch(() => null))?.mode;
  const fresh = join(dirname(file), `.weft-${randomUUID()}.tmp`);
  try {
    const handle = await open(fresh, "wx", mode === undefined ? 0o666 : mode & 0o777);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await replace(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Moves a file that is complete to its place. */
export async function replace(from: string, to: string): Promise<void> {
  for (let left = retries; ; left--) {
    try {
      await rename(from, to);
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const busy = process.platform === "win32" && (code === "EPERM" || code === "EACCES" || code === "EBUSY");
      if (!busy || left === 0) throw error;
      await wait(retryMs);
    }
  }
  if (process.platform !== "win32") await syncFolder(dirname(to));
}

/** So that the new name survives a power cut as well. Some file systems can't. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
