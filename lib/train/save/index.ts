// Saving and loading as users name them: a path says the format.

import { stat } from "node:fs/promises";
import type { TrainingPlace } from "../../catalog/callbacks/callback.js";
import { ValueError } from "../../graph/errors.js";
import type { Tensor } from "../../graph/tensor.js";
import type { Model } from "../model.js";
import type { Structured } from "../structure.js";
import type { AnyModel, Training } from "../training.js";
import { describeModel, variablesOf } from "./describe.js";
import { readKerasFile, writeKerasFile } from "./kerasFile.js";
import { type LoadedWeights, type LoadWeightsOptions, matched, type WeightsContent } from "./match.js";
import { bytesOf, type ModelFile, type VariableGroup } from "./modelFile.js";
import { readNamedWeights, writeNamedWeights } from "./namedWeights.js";
import { type ExportOptions, writeOnnx } from "./onnx/export.js";
import { progressOf } from "./progress.js";
import { replaceFile } from "./replaceFile.js";
import { fill, modelOf, type Report, type RestoreOptions, restore } from "./restore.js";
import { savedFile, type Written } from "./savedFacts.js";
import type { SavedFile } from "./savedFile.js";
import { readTfjs, writeTfjs } from "./tfjs.js";
import { giveNumbers, numbersIn } from "./trainingState.js";
import { readLegacyModel, readWeightsFile, writeWeightsFile } from "./weightsFile.js";

export interface SaveOptions {
  /** False leaves out how the model was compiled, and the optimizer's states. Default true. */
  readonly optimizer?: boolean | undefined;
}

export type LoadOptions = RestoreOptions;
export type { ExportOptions };

/** Writes a whole model. */
export async function saveModel(
  { model, compiled }: Training,
  path: string,
  { optimizer = true }: SaveOptions,
): Promise<SavedFile> {
  requireEnding(path, [".keras"], "save");
  // A sequential model that has seen no data has no weights to save.
  void model.recorded;
  const file = describeModel(model, optimizer ? compiled : null);
  return written(path, file.groups, async (report) => {
    const bytes = await writeKerasFile(path, file, report);
    return { config: { bytes, description: file.config }, optimizer: compiled?.optimizer };
  });
}

/** Writes a model for others: what it predicts as ONNX, or its layers for TensorFlow.js. */
export async function exportModel(model: AnyModel, path: string, options: ExportOptions): Promise<SavedFile> {
  requireEnding(path, [".onnx", ".json"], "export");
  void model.recorded;
  return written(path, variablesOf(model, false), async (report) => ({
    beside: await (path.endsWith(".json") ? writeTfjs(path, model, report) : writeOnnx(path, model, options, report)),
  }));
}

/** Writes a model's weights. */
export async function saveWeights(model: AnyModel, path: string): Promise<SavedFile> {
  requireEnding(path, [".weights.h5", ".safetensors"], "saveWeights");
  void model.recorded;
  const groups = variablesOf(model, false);
  return written(path, groups, async (report) => {
    await replaceFile(path, (temporary) =>
      path.endsWith(".safetensors")
        ? writeNamedWeights(temporary, model, report)
        : writeWeightsFile(temporary, groups, report),
    );
    return {};
  });
}

/** Gives a model the weights of a file. */
export async function loadWeights(model: AnyModel, path: string, options: LoadWeightsOptions): Promise<LoadedWeights> {
  requireEnding(path, [".h5", ".keras", ".safetensors"], "loadWeights");
  void model.recorded;
  const file = await weightsIn(path);
  return reading(path, file, async (report) => {
    const { pairs, loaded, kept } = matched(model, file, path, options);
    await fill(pairs, report);
    return { loaded, kept };
  });
}

async function modelIn(path: string): Promise<ModelFile & { close(): Promise<void> }> {
  if (path.endsWith(".json")) return readTfjs(path);
  return path.endsWith(".h5") ? readLegacyModel(await existing(path)) : readKerasFile(path);
}

async function weightsIn(path: string): Promise<WeightsContent & { close(): Promise<void> }> {
  if (path.endsWith(".safetensors")) return readNamedWeights(path);
  if (path.endsWith(".h5")) return readWeightsFile(await existing(path), path);
  return { ...(await readKerasFile(path)), form: "places" };
}

/**
 * A model out of a file that `model.save` or Keras wrote (.keras, or its older .h5; or the model.json of TensorFlow.js), with its weights, compiled as it was, its optimizer where it stood:
 * training goes on from there. Classes and functions of your own that the file names must be given. Nothing in a file is ever run.
 * TypeScript takes it to have one output unless told otherwise: `load<Tensor[]>(path)`, `load<{ a: Tensor }>(path)`.
 * Raises ValueError for a damaged file, NameError for a class that nobody knows.
 *
 * @example
 * await m.save("model.keras");
 * const again = await load("model.keras"); // with classes of your own: load(path, { customObjects: { Scale } })
 */
export async function load<O extends Structured<Tensor> = Tensor>(
  path: string,
  options: LoadOptions = {},
): Promise<Model<O>> {
  requireEnding(path, [".keras", ".h5", ".json"], "load");
  const file = await modelIn(path);
  return reading(path, file, async (report) => {
    const model = modelOf(file, path, options);
    await restore(model, file, path, report);
    return model as unknown as Model<O>;
  });
}

/** Writes a model that is being trained, and where training goes on. */
export async function saveTraining(
  { model, compiled }: Training,
  path: string,
  place: TrainingPlace,
): Promise<SavedFile> {
  // At an epoch's end logs begin anew.
  const states = place.batch && compiled ? await numbersIn(compiled.states) : undefined;
  const carried = model.carriedStates.length > 0 ? await numbersIn(model.carriedStates) : undefined;
  const training = { ...place, noiseSeed: compiled?.seed ?? 0, states, carried };
  const file = { ...describeModel(model, compiled), training };
  // Without a bar: the training has one.
  const bytes = await writeKerasFile(path, file, () => {});
  return savedFile(path, file.groups, {
    config: { bytes, description: file.config },
    optimizer: compiled?.optimizer,
    training,
  });
}

/** Puts a model that is compiled already where `saveTraining` left it. */
export async function loadTraining(training: Training, path: string): Promise<TrainingPlace> {
  const file = await readKerasFile(path);
  try {
    if (!file.training) throw new ValueError(`${path} doesn't say where training stood`);
    await restore(training.model, file, path, () => {});
    await giveNumbers(training.model.carriedStates, file.training.carried ?? [], "what stateful layers keep");
    await training.reseed(file.training.noiseSeed);
    return file.training;
  } finally {
    await file.close();
  }
}

async function written(
  path: string,
  groups: readonly VariableGroup[],
  write: (report: Report) => Promise<Written>,
): Promise<SavedFile> {
  const progress = progressOf(`saving ${path}`, bytesOf(groups));
  try {
    return await savedFile(path, groups, await write(progress.report));
  } finally {
    progress.end();
  }
}

async function reading<T>(
  path: string,
  file: { readonly groups: readonly VariableGroup[]; close(): Promise<void> },
  read: (report: Report) => Promise<T>,
): Promise<T> {
  const progress = progressOf(`loading ${path}`, bytesOf(file.groups));
  try {
    return await read(progress.report);
  } finally {
    progress.end();
    await file.close();
  }
}

async function existing(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (cause) {
    throw new ValueError(`there is no file ${path}`, { cause });
  }
}

function requireEnding(path: string, endings: readonly string[], what: string): void {
  if (typeof path === "string" && endings.some((ending) => path.endsWith(ending))) return;
  throw new ValueError(
    `${what} expects a path that ends in ${endings.join(" or ")}, received ${JSON.stringify(path)}`,
    {
      hint: `e.g. ${what}("model${endings[0]}")`,
    },
  );
}
