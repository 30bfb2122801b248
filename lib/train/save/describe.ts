// A model as a ModelFile: its config, and its variables under Keras's names, read from the backend as a writer asks for them.

import { backend } from "../../backend/select.js";
import type { Storage } from "../../graph/layer.js";
import type { SerializedItem } from "../../graph/registry.js";
import type { Weight } from "../../graph/weight.js";
import type { Compiled } from "../compile.js";
import { itemOf } from "../json.js";
import type { AnyLayer } from "../topology.js";
import type { AnyModel } from "../training.js";
import { compileConfig } from "./compileConfig.js";
import type { ModelFile, StoredArray, VariableGroup } from "./modelFile.js";

/** A group with the weights that it stands for. */
export interface WeightGroup {
  readonly path: string;
  readonly name: string;
  readonly weights: readonly Weight[];
}

/** All groups of a model's layers, parents first. A layer that is met twice is kept where it is met first. */
export function weightGroups(model: AnyModel): WeightGroup[] {
  const seen = new Set<object>();
  const found: WeightGroup[] = [];
  const visit = ({ owner, name, variables, inside }: Storage, path: string): void => {
    if (seen.has(owner)) return;
    seen.add(owner);
    found.push({ path, name, weights: variables });
    for (const [group, storage] of inside) visit(storage, path === "" ? group : `${path}/${group}`);
  };
  visit(model.storage, "");
  return found;
}

/** The optimizer's group; null for a model that isn't compiled. */
export function optimizerGroup(model: AnyModel): WeightGroup | null {
  const { optimizer } = model;
  return optimizer && { path: "optimizer", name: optimizer.name, weights: optimizer.variables };
}

/** A weight as an array of a file. */
export const storedWeight = (weight: Weight): StoredArray => ({
  shape: weight.shape,
  dtype: weight.dtype === "float32" ? "float32" : "int32",
  read: async ({ start, end }) => (await backend()).readWeight(weight, start, end),
});

const stored = ({ path, name, weights }: WeightGroup): VariableGroup => ({
  path,
  name,
  variables: weights.map(storedWeight),
});

/** Layers' variables, and with `withOptimizer` also the optimizer's. */
export function variablesOf(model: AnyModel, withOptimizer: boolean): VariableGroup[] {
  const optimizer = withOptimizer ? optimizerGroup(model) : null;
  return [...weightGroups(model), ...(optimizer ? [optimizer] : [])].map(stored);
}

/** The whole model; without its optimizer it is as if it had never been compiled. */
export function describeModel(model: AnyModel, compiled: Compiled | null): ModelFile {
  const item = itemOf(model as unknown as AnyLayer) as unknown as SerializedItem;
  return {
    config: { ...item, compile_config: compiled ? compileConfig(compiled) : {} },
    groups: variablesOf(model, compiled !== null),
  };
}
