// A ModelFile as a model: made of its config, compiled as it was, with the numbers that the file holds. Everything is compared before the
// first number is read, so that a file that doesn't fit changes nothing.

import { backend } from "../../backend/select.js";
import { type CustomObjects, withCustomObjects } from "../../graph/customObjects.js";
import { ValueError, WeftError } from "../../graph/errors.js";
import { modelFromJSON } from "../fromJSON.js";
import type { AnyModel } from "../training.js";
import { compileOptionsOf } from "./compileConfig.js";
import { optimizerGroup, type WeightGroup } from "./describe.js";
import { matched, misfit, type Pair } from "./match.js";
import type { ModelFile, StoredArray, VariableGroup } from "./modelFile.js";
import { piecesOf } from "./pieces.js";

/** Called with the bytes of every piece. */
export type Report = (bytes: number) => void;

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
  const { pairs } = matched(model, { groups: file.groups, form: file.form ?? "places" }, what, {});
  await fill([...pairs, ...optimizerPairs(model, file.groups, what)], report);
  await readBackRate(model);
}

/** The optimizer's states: made first, if the file has them. */
function optimizerPairs(model: AnyModel, groups: readonly VariableGroup[], what: string): Pair[] {
  const arrays = groups.find(({ path }) => path === "optimizer")?.variables ?? [];
  const { optimizer } = model;
  if (!optimizer || arrays.length === 0) return [];
  // Before the first step there are no slots, neither here nor in a file.
  if (arrays.length !== optimizer.variables.length) optimizer.build(model.trainableWeights);
  if (arrays.length === optimizer.variables.length) {
    const group = optimizerGroup(model) as WeightGroup;
    const wrong = misfit(group, arrays, what);
    if (wrong) throw wrong;
    return group.weights.map((weight, i) => ({ weight, array: arrays[i] as StoredArray }));
  }
  // As in Keras: layers were frozen or thawed after compile, and the file doesn't say when.
  console.warn(
    `${what} has ${arrays.length} states for the optimizer, which needs ${optimizer.variables.length}: it starts anew`,
  );
  return [];
}

/** Gives weights the numbers of arrays. */
export async function fill(pairs: readonly Pair[], report: Report): Promise<void> {
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
