// A ModelFile as a model: made of its config, compiled as it was, with the numbers that the file holds. Everything is compared before the
// first number is read, so that a file that doesn't fit changes nothing.

import { backend } from "../../backend/select.js";
import { type CustomObjects, withCustomObjects } from "../../graph/customObjects.js";
import { ValueError, WeftError } from "../../graph/errors.js";
import { shapesEqual } from "../../graph/shape.js";
import type { Weight } from "../../graph/weight.js";
import { modelFromJSON } from "../fromJSON.js";
import type { AnyModel } from "../training.js";
import { compileOptionsOf } from "./compileConfig.js";
import { optimizerGroup, type WeightGroup, weightGroups } from "./describe.js";
import type { ModelFile, StoredArray, VariableGroup } from "./modelFile.js";
import { piecesOf } from "./pieces.js";

/** Called with the bytes of every piece. */
export type Report = (bytes: number) => void;

/** An array of a file and the weight that takes its numbers. */
interface Pair {
  readonly weight: Weight;
  readonly array: StoredArray;
}

export interface RestoreOptions {
  readonly customObjects?: CustomObjects | undefined;
  /** False leaves the model as if it had never been compiled. */
  readonly compile?: boolean | undefined;
}

/** The model that a config describes, with fresh weights. */
export function modelOf(
  file: ModelFile,
  what: string,
  { customObjects = {}, compile = true }: RestoreOptions,
): AnyModel {
  const make = (): AnyModel => {
    const model = modelFromJSON(file.config as unknown as Readonly<Record<string, unknown>>);
    const options = compile ? compileOptionsOf(file.config.compile_config) : null;
    if (options) model.compile(options);
    return model;
  };
  try {
    return withCustomObjects(customObjects, make);
  } catch (cause) {
    // What is no error of the user's: a config that says things which make no sense.
    if (cause instanceof WeftError) throw cause;
    throw new ValueError(`${what}: its config makes no sense: ${(cause as Error).message}`, { cause });
  }
}

/** Gives a model the numbers of a file; `what` is how errors name it. */
export async function restore(model: AnyModel, file: ModelFile, what: string, report: Report): Promise<void> {
  const pairs = [...layerPairs(model, file.groups, what), ...optimizerPairs(model, file.groups, what)];
  await fill(pairs, report);
  await readBackRate(model);
}

/** The same for the layers alone. */
export async function restoreLayers(
  model: AnyModel,
  groups: readonly VariableGroup[],
  what: string,
  report: Report,
): Promise<void> {
  await fill(layerPairs(model, groups, what), report);
}

/** Layers' weights with their arrays. */
function layerPairs(model: AnyModel, groups: readonly VariableGroup[], what: string): Pair[] {
  const byPath = new Map(groups.map((group) => [group.path, group]));
  return weightGroups(model).flatMap((group) => pairsOf(group, byPath.get(group.path)?.variables ?? [], what));
}

function pairsOf({ path, name, weights }: WeightGroup, arrays: readonly StoredArray[], what: string): Pair[] {
  if (arrays.length !== weights.length) {
    throw new ValueError(`${what} has ${arrays.length} arrays for "${name}", the layer has ${weights.length} weights`, {
      notes: [`at ${path || "its top"}`, ...weights.map((weight) => `${weight.path} [${weight.shape.join(", ")}]`)],
      hint: "the file is of another model",
    });
  }
  return weights.map((weight, i) => {
    const array = arrays[i] as StoredArray;
    if (shapesEqual(array.shape, weight.shape)) return { weight, array };
    throw new ValueError(
      `${what} has an array [${array.shape.join(", ")}] for ${weight.path}, which is [${weight.shape.join(", ")}]`,
      { hint: "the file is of another model" },
    );
  });
}

/** The optimizer's states: made first, if the file has them. */
function optimizerPairs(model: AnyModel, groups: readonly VariableGroup[], what: string): Pair[] {
  const arrays = groups.find(({ path }) => path === "optimizer")?.variables ?? [];
  const { optimizer } = model;
  if (!optimizer || arrays.length === 0) return [];
  // Before the first step there are no slots, neither here nor in a file.
  if (arrays.length !== optimizer.variables.length) optimizer.build(model.trainableWeights);
  if (arrays.length === optimizer.variables.length) return pairsOf(optimizerGroup(model) as WeightGroup, arrays, what);
  // As in Keras: layers were frozen or thawed after compile, and the file doesn't say when.
  console.warn(
    `${what} has ${arrays.length} states for the optimizer, which needs ${optimizer.variables.length}: it starts anew`,
  );
  return [];
}

async function fill(pairs: readonly Pair[], report: Report): Promise<void> {
  const target = await backend();
  for (const { weight, array } of pairs) {
    for (const piece of piecesOf(array.shape)) {
      const data = await array.read(piece);
      await target.writeWeight(weight, data, piece.start);
      report(data.byteLength);
    }
  }
}

/** The learning rate is also a setting: what the file's variable says. */
async function readBackRate(model: AnyModel): Promise<void> {
  const { optimizer } = model;
  if (optimizer && optimizer.rate !== undefined) optimizer.rate = await model.getLearningRate();
}
