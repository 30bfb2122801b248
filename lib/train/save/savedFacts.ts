// What was written, for people: a description of a model and the sizes of its files in; parts in words, and code that opens them, out.

import { stat } from "node:fs/promises";
import { backend } from "../../backend/select.js";
import type { Optimizer } from "../../catalog/optimizers/index.js";
import { grouped } from "../summaryRows.js";
import { bytesOf, type ModelFile, type TrainingState, type VariableGroup } from "./modelFile.js";
import { type OpeningCode, SavedFile, type SavedPart } from "./savedFile.js";

/** What was written besides variables. */
export interface Written {
  /** Paths of files besides the one that was named. */
  readonly beside?: readonly string[] | undefined;
  /** The model in words. */
  readonly config?: { readonly bytes: number; readonly description: ModelFile["config"] } | undefined;
  readonly optimizer?: Optimizer | null | undefined;
  readonly training?: TrainingState | undefined;
}

interface Format {
  readonly ending: string;
  readonly name: string;
  readonly where: string;
  /** Code for a quoted path; `own` are names of the user's own classes and functions. */
  code(path: string, own: readonly string[]): string;
  /** The same here; undefined for formats that aren't read. */
  here?(path: string, own: readonly string[]): string;
}

const listed = (own: readonly string[], pair: (name: string) => string): string => own.map(pair).join(", ");

const formats: readonly Format[] = [
  {
    ending: ".keras",
    name: "Keras 3 model",
    where: "Keras",
    code: (path, own) =>
      `keras.saving.load_model(${path}${own.length > 0 ? `, custom_objects={${listed(own, (name) => `"${name}": ${name}`)}}` : ""})`,
    here: (path, own) =>
      `await load(${path}${own.length > 0 ? `, { customObjects: { ${listed(own, (name) => name)} } }` : ""})`,
  },
  {
    ending: ".weights.h5",
    name: "Keras 3 weights",
    where: "Keras",
    code: (path) => `model.load_weights(${path})`,
    here: (path) => `await model.loadWeights(${path})`,
  },
  {
    ending: ".safetensors",
    name: "safetensors weights",
    where: "Python",
    code: (path) => `safetensors.numpy.load_file(${path})`,
    here: (path) => `await model.loadWeights(${path})`,
  },
  {
    ending: ".onnx",
    name: "ONNX model",
    where: "onnxruntime",
    code: (path) => `onnxruntime.InferenceSession(${path})`,
  },
  {
    ending: ".json",
    name: "TensorFlow.js layers model",
    where: "TensorFlow.js",
    code: (path) => `await tf.loadLayersModel(${path})`,
    here: (path) => `await load(${path})`,
  },
];

/** What a notebook shows once files are written. */
export async function savedFile(path: string, groups: readonly VariableGroup[], written: Written): Promise<SavedFile> {
  const format = formats.find(({ ending }) => path.endsWith(ending)) as Format;
  const own = written.config ? ownNames(written.config.description) : [];
  const quoted = JSON.stringify(path);
  const opening: OpeningCode[] = [{ where: format.where, code: format.code(quoted, own) }];
  if (format.here) opening.push({ where: "Weft", code: format.here(quoted, own) });
  const paths = [path, ...(written.beside ?? [])];
  return new SavedFile({
    path,
    format: format.name,
    files: await Promise.all(paths.map(async (one) => ({ path: one, bytes: (await stat(one)).size }))),
    arrays: arraysIn(groups),
    parts: await partsOf(groups, written),
    opening,
  });
}

const arraysIn = (groups: readonly VariableGroup[]): number =>
  groups.reduce((sum, { variables }) => sum + variables.length, 0);

const counted = (count: number, what: string): string => `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;

async function partsOf(groups: readonly VariableGroup[], written: Written): Promise<SavedPart[]> {
  const { config, optimizer, training } = written;
  const parts: SavedPart[] = [];
  if (config) {
    const { config: own, compile_config: compiled } = config.description;
    const layers = (own as { readonly layers?: readonly unknown[] }).layers?.length ?? 0;
    const isCompiled = Object.keys((compiled as object | undefined) ?? {}).length > 0;
    const words = `${counted(layers, "layer")}, ${isCompiled ? "compiled" : "not compiled"}`;
    parts.push({ name: "config", words, bytes: config.bytes });
  }
  const ofLayers = groups.filter(({ path }) => path !== "optimizer");
  parts.push({ name: "weights", ...variables(ofLayers) });
  const states = groups.filter(({ path }) => path === "optimizer");
  if (optimizer && states.length > 0) {
    const step = (await (await backend()).readWeight(optimizer.iterations))[0] as number;
    const { words, bytes } = variables(states);
    parts.push({ name: "optimizer", words: `${optimizer.className} at step ${grouped(step)}, ${words}`, bytes });
  }
  if (training) {
    const words = `goes on in epoch ${training.epoch + 1}; order of samples, random states`;
    parts.push({ name: "training", words, bytes: null });
  }
  if (config) parts.push({ name: "checksums", words: "CRC-32 of every part", bytes: null });
  return parts;
}

function variables(groups: readonly VariableGroup[]): Pick<SavedPart, "words" | "bytes"> {
  const bytes = bytesOf(groups);
  return { words: `${counted(arraysIn(groups), "array")}, ${counted(bytes / 4, "number")}`, bytes };
}

/** Names of the user's own classes and functions, which whoever opens the file must have. */
function ownNames(config: unknown): string[] {
  const found = new Set<string>();
  const stack: unknown[] = [config];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const { module, class_name: className, registered_name: registered } = value as Record<string, unknown>;
    if (module === "builtins" && className === "function") found.add(String(registered));
    else if (typeof registered === "string" && registered.startsWith("Custom>")) found.add(registered.slice(7));
    stack.push(...Object.values(value).filter((inner) => inner !== undefined));
  }
  return [...found].sort();
}
