// TensorFlow.js's layers model: model.json with Keras 2's config and a list of weights, whose bytes lie in shards beside it.

import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ValueError } from "../../graph/errors.js";
import { sizeOf } from "../../graph/shape.js";
import { itemOf } from "../json.js";
import type { AnyLayer } from "../topology.js";
import type { AnyModel } from "../training.js";
import { ByteFile, writeBytes } from "./byteFile.js";
import { storedWeight } from "./describe.js";
import { bytesIn, decode } from "./elements.js";
import { fromKerasTwo, toKerasTwo } from "./kerasTwo.js";
import { namedWeights } from "./match.js";
import type { ModelFile, Numbers, VariableGroup } from "./modelFile.js";
import { piecesOf } from "./pieces.js";
import { freeNumber, replaceFile } from "./replaceFile.js";
import type { Report } from "./restore.js";

/** What browsers like to keep. */
const shardBytes = 4 * 2 ** 20;
/** Configs of the largest models have a few megabytes; what JSON says in one may take twenty in memory. */
const largestConfigBytes = 2 ** 23;

/** Shards as they are named here. */
const shardName = /^group\d+-shard\d+of\d+\.bin$/;

/**
 * Writes model.json and its shards, whose paths it resolves with. Shards have new names, so that the old model is whole until the new one
 * is. Raises ValueError for what TensorFlow.js can't say.
 */
export async function writeTfjs(path: string, model: AnyModel, report: Report): Promise<string[]> {
  const config = toKerasTwo(itemOf(model as unknown as AnyLayer) as never);
  const weights = namedWeights(model);
  const total = weights.reduce((sum, [, { shape }]) => sum + 4 * sizeOf(shape), 0);
  const count = Math.max(1, Math.ceil(total / shardBytes));
  const folder = dirname(path);
  const group = await freeNumber(folder, (name, number) => name.startsWith(`group${number}-`));
  const paths = Array.from({ length: count }, (_, i) => `group${group}-shard${i + 1}of${count}.bin`);
  const old = await shardsNamedBy(path);
  await writeShards(folder, paths, model, report);
  const text = JSON.stringify({
    format: "layers-model",
    generatedBy: "weft",
    convertedBy: null,
    modelTopology: { keras_version: "2.15.0", backend: "weft", model_config: config },
    weightsManifest: [{ paths, weights: weights.map(([name, { shape, dtype }]) => ({ name, shape, dtype })) }],
  });
  await replaceFile(path, (temporary) => writeFile(temporary, text));
  for (const shard of old) await rm(join(folder, shard), { force: true });
  return paths.map((shard) => join(folder, shard));
}

/** The shards of the model that is there, as far as they are ours. */
async function shardsNamedBy(path: string): Promise<string[]> {
  try {
    const groups = list((await parsed(path))["weightsManifest"], path) as { readonly paths?: unknown }[];
    return groups
      .flatMap(({ paths }) => list(paths, path))
      .filter((name): name is string => shardName.test(String(name)));
  } catch {
    return [];
  }
}

async function writeShards(folder: string, paths: readonly string[], model: AnyModel, report: Report): Promise<void> {
  const bytes = weightBytes(model, report);
  let rest: Uint8Array = new Uint8Array(0);
  for (const path of paths) {
    await replaceFile(join(folder, path), (temporary) =>
      writeBytes(temporary, async (put) => {
        for (let room = shardBytes; room > 0; ) {
          if (rest.length === 0) {
            const next = await bytes.next();
            if (next.done) return;
            rest = next.value;
          }
          const part = rest.subarray(0, room);
          await put(part);
          rest = rest.subarray(part.length);
          room -= part.length;
        }
      }),
    );
  }
}

async function* weightBytes(model: AnyModel, report: Report): AsyncGenerator<Uint8Array> {
  for (const [, weight] of namedWeights(model)) {
    const { shape, read } = storedWeight(weight);
    for (const piece of piecesOf(shape)) {
      const bytes = bytesIn(await read(piece));
      yield bytes;
      report(bytes.byteLength);
    }
  }
}

interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** Opens a layers model. */
export async function readTfjs(path: string): Promise<ModelFile & { close(): Promise<void> }> {
  const json = await parsed(path);
  const topology = json["modelTopology"] as Record<string, unknown> | undefined;
  const config = (topology?.["model_config"] ?? topology) as never;
  if (typeof (config as { class_name?: unknown } | undefined)?.class_name !== "string")
    throw new ValueError(`${path} describes no layers model`, { hint: "a graph model has no layers to train" });
  const files: ByteFile[] = [];
  try {
    const groups: VariableGroup[] = [];
    for (const group of list(json["weightsManifest"], path))
      groups.push(...(await groupOf(group as Record<string, unknown>, path, files)));
    // Keras 3, and we, mean something else by it.
    if (/"hard_?sigmoid"/i.test(JSON.stringify(config)))
      throw new ValueError(`${path} uses Keras 2's hard_sigmoid (0.2·x + 0.5), which isn't Keras 3's`, {
        hint: 'TensorFlow.js takes it by default: train there with recurrentActivation: "sigmoid"',
      });
    return {
      config: { ...fromKerasTwo(config), compile_config: {} },
      groups,
      form: "weights",
      close: () => closed(files),
    };
  } catch (error) {
    await closed(files);
    throw error;
  }
}

const closed = async (files: readonly ByteFile[]): Promise<void> => {
  for (const file of files) await file.close();
};

async function parsed(path: string): Promise<Record<string, unknown>> {
  try {
    if ((await stat(path)).size > largestConfigBytes) throw new ValueError(`${path} is too large for a config`);
    return JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof ValueError) throw cause;
    const gone = (cause as { code?: unknown }).code === "ENOENT";
    throw new ValueError(gone ? `there is no file ${path}` : `${path} isn't JSON`, { cause });
  }
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ValueError(`${path} has no list of weights`);
}

/** The weights of one group, whose shards are as one file. */
async function groupOf(group: Record<string, unknown>, path: string, files: ByteFile[]): Promise<VariableGroup[]> {
  const shards: { readonly file: ByteFile; readonly start: number }[] = [];
  let total = 0;
  for (const shard of list(group?.["paths"], path)) {
    if (typeof shard !== "string" || basename(shard) !== shard || /[\\/]/.test(shard) || shard === "..")
      throw new ValueError(`${path} names a shard ${JSON.stringify(shard)} outside of its folder`);
    const file = await ByteFile.open(join(dirname(path), shard));
    files.push(file);
    shards.push({ file, start: total });
    total += file.bytes;
  }
  const read = async (from: number, length: number): Promise<Uint8Array> => {
    const out = new Uint8Array(length);
    for (const { file, start } of shards) {
      const [low, high] = [Math.max(from, start), Math.min(from + length, start + file.bytes)];
      if (low < high) out.set(await file.read(low - start, high - low), low - from);
    }
    return out;
  };
  let at = 0;
  return list(group["weights"], path).map((entry) => {
    const { name, shape, dtype } = (entry ?? {}) as ManifestWeight;
    const fits = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (
      typeof name !== "string" ||
      !fits ||
      (dtype !== "float32" && dtype !== "int32") ||
      "quantization" in (entry as object)
    )
      throw new ValueError(`${path}: weight ${JSON.stringify(name)} isn't float32 or int32 numbers of a shape`);
    const first = at;
    at += 4 * sizeOf(shape);
    if (at > total) throw new ValueError(`${path}: its shards have ${total} bytes, ${name} needs ${at}`);
    const numbers = async ({ start, end }: { readonly start: number; readonly end: number }): Promise<Numbers> =>
      decode(await read(first + 4 * start, 4 * (end - start)), dtype === "float32" ? "f4" : "i4") as Numbers;
    return { path: name, variables: [{ shape, dtype, read: numbers }] };
  });
}
