// Keras 3's archive (.keras): metadata.json, config.json and model.weights.h5 in a zip, none of them compressed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ValueError } from "../../graph/errors.js";
import { kerasText } from "./kerasForm.js";
import type { ModelFile, TrainingState } from "./modelFile.js";
import { replaceFile, temporaryBeside } from "./replaceFile.js";
import type { Report } from "./restore.js";
import { trainingFromJson, trainingJson } from "./trainingState.js";
import { readWeightsFile, type WeightsReader, writeWeightsFile } from "./weightsFile.js";
import { writeZip, ZipArchive } from "./zip.js";

/** The version of Keras whose files these are. */
const kerasVersion = "3.15.1";
/** Configs of the largest models have a few megabytes; what JSON says in one may take twenty in memory. */
const largestConfigBytes = 2 ** 23;
/** Weights up to here are unpacked into the system's temporary folder, larger ones beside the archive. */
const smallBytes = 2 ** 26;

/** Writes a whole model; resolves with the bytes of its config. */
export async function writeKerasFile(path: string, file: ModelFile, report: Report): Promise<number> {
  const weights = temporaryBeside(path);
  const config = Buffer.from(kerasText(file.config));
  // Keras reads nothing of this.
  const metadata = {
    keras_version: kerasVersion,
    date_saved: now(),
    ...(file.training ? { weft: trainingJson(file.training) } : {}),
  };
  try {
    await writeWeightsFile(weights, file.groups, report);
    await replaceFile(path, (temporary) =>
      writeZip(temporary, [
        { name: "metadata.json", text: JSON.stringify(metadata) },
        { name: "config.json", bytes: config },
        { name: "model.weights.h5", file: weights },
      ]),
    );
    return config.length;
  } finally {
    await rm(weights, { force: true });
  }
}

/** "2025-01-31@12:00:00". */
const now = (): string => new Date().toISOString().slice(0, 19).replace("T", "@");

/** Reads a whole model; arrays can be read until `close`. */
export async function readKerasFile(path: string): Promise<ModelFile & Pick<WeightsReader, "close">> {
  const zip = await ZipArchive.open(path);
  try {
    const config = configIn(await json(zip, "config.json", path), path);
    const training = zip.has("metadata.json") ? trainingIn(await json(zip, "metadata.json", path)) : null;
    const folder = await unpackingFolder(path, zip.size("model.weights.h5"));
    try {
      const weights = join(folder, "model.weights.h5");
      await zip.extract("model.weights.h5", weights);
      const { groups, close } = await readWeightsFile(weights, path);
      return {
        config,
        groups,
        training,
        async close() {
          await close();
          await rm(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  } finally {
    zip.close();
  }
}

async function json(zip: ZipArchive, name: string, path: string): Promise<unknown> {
  const text = await zip.text(name, largestConfigBytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ValueError(`${path}: its ${name} isn't JSON`, { cause });
  }
}

function configIn(config: unknown, path: string): ModelFile["config"] {
  if (typeof (config as ModelFile["config"] | null)?.class_name === "string") return config as ModelFile["config"];
  throw new ValueError(`${path}: its config.json describes no model`);
}

/** Null for files of Keras. */
const trainingIn = (metadata: unknown): TrainingState | null =>
  trainingFromJson((metadata as { readonly weft?: unknown } | null)?.weft);

async function unpackingFolder(path: string, bytes: number): Promise<string> {
  if (bytes > smallBytes) {
    try {
      return await mkdtemp(join(dirname(path), ".weft-"));
    } catch {
      // A folder that can only be read.
    }
  }
  return mkdtemp(join(tmpdir(), "weft-"));
}
