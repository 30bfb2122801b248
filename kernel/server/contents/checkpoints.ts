// One checkpoint for each file, where Jupyter keeps it: .ipynb_checkpoints/NAME-checkpoint.EXT beside the file.

import { lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { Json } from "../../wire/messages.js";
import { Refusal } from "../refusal.js";
import { writeWhole } from "./write.js";

const id = "checkpoint";
const folderName = ".ipynb_checkpoints";

export async function createCheckpoint(file: string): Promise<Json> {
  const kept = await placeOf(file);
  await mkdir(dirname(kept), { recursive: true });
  await writeWhole(kept, await readFile(file));
  return (await listCheckpoints(file))[0] as Json;
}

export async function listCheckpoints(file: string): Promise<Json[]> {
  const stats = await lstat(await placeOf(file)).catch(() => null);
  return stats ? [{ id, last_modified: stats.mtime.toISOString() }] : [];
}

export async function restoreCheckpoint(file: string, wanted: string): Promise<void> {
  await writeWhole(file, await readFile(await existing(file, wanted)));
}

export async function deleteCheckpoint(file: string, wanted: string): Promise<void> {
  await rm(await existing(file, wanted));
}

/** The file has got another name. */
export async function moveCheckpoint(from: string, to: string): Promise<void> {
  if ((await listCheckpoints(from)).length === 0) return;
  const place = await placeOf(to);
  await mkdir(dirname(place), { recursive: true });
  await rename(await placeOf(from), place);
}

/** The file is gone. */
export async function dropCheckpoint(file: string): Promise<void> {
  await rm(await placeOf(file), { force: true });
}

async function existing(file: string, wanted: string): Promise<string> {
  if (wanted === id && (await listCheckpoints(file)).length > 0) return placeOf(file);
  throw new Refusal(404, `there is no checkpoint ${JSON.stringify(wanted)}`);
}

/** Links are refused: the folder may have come with somebody else's files. */
async function placeOf(file: string): Promise<string> {
  const extension = extname(file);
  const folder = join(dirname(file), folderName);
  const place = join(folder, `${basename(file, extension)}-${id}${extension}`);
  for (const path of [folder, place]) {
    const stats = await lstat(path).catch(() => null);
    if (stats?.isSymbolicLink()) throw new Refusal(400, "the checkpoint is a link");
  }
  return place;
}
