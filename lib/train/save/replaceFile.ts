// A file is either the old one or the new one, whole: what is new goes to a temporary file beside it, reaches the disk, and then takes
// the name.

import { randomBytes } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Calls `write` with a temporary path in the folder of `path`; what it leaves there becomes `path`. */
export async function replaceFile<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = temporaryBeside(path);
  try {
    const result = await write(temporary);
    await toDisk(temporary);
    await rename(temporary, path);
    // The new name itself; Windows can't open folders and doesn't need it.
    if (process.platform !== "win32") await toDisk(dirname(path), "r");
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The first number, from 1, for which no file of the folder is `taken`: what another file names is never written over. */
export async function freeNumber(folder: string, taken: (name: string, number: number) => boolean): Promise<number> {
  const names = await readdir(folder);
  for (let number = 1; ; number++) if (!names.some((name) => taken(name, number))) return number;
}

/** A path that nobody else uses, in the folder of `path`. */
export const temporaryBeside = (path: string): string => `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;

async function toDisk(path: string, flags = "r+"): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
