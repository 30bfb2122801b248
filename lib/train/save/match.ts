// Which array of a file is for which weight of a model: by place, by the names of layers, or by the names of weights.

import { ValueError } from "../../graph/errors.js";
import { shapesEqual } from "../../graph/shape.js";
import type { Weight } from "../../graph/weight.js";
import { distinct } from "../structure.js";
import type { AnyModel } from "../training.js";
import { type WeightGroup, weightGroups } from "./describe.js";
import type { StoredArray, VariableGroup } from "./modelFile.js";

/** An array of a file and the weight that takes its numbers. */
export interface Pair {
  readonly weight: Weight;
  readonly array: StoredArray;
}

export interface LoadWeightsOptions {
  /** Layers take what the file has for a layer of the same name, wherever it is; others keep their weights. Default false. */
  readonly byName?: boolean | undefined;
  /** Layers whose weights have other shapes than the file's keep theirs. Default false: that is an error. */
  readonly skipMismatch?: boolean | undefined;
}

/** Names of layers that took weights of a file, and of those that kept theirs. */
export interface LoadedWeights {
  readonly loaded: readonly string[];
  readonly kept: readonly string[];
}

/** What a file holds, by what it calls it. */
export interface WeightsContent {
  readonly groups: readonly VariableGroup[];
  /** How the groups' paths are meant: Keras 3's places, the names of layers in order, or the names of single weights. */
  readonly form: "places" | "layers" | "weights";
}

interface Matched extends LoadedWeights {
  readonly pairs: readonly Pair[];
}

/** Pairs for a model's layers. Raises ValueError when the file is of another model. */
export function matched(model: AnyModel, content: WeightsContent, what: string, options: LoadWeightsOptions): Matched {
  const groups = groupsFor(model, content, options.byName ?? false);
  const pairs: Pair[] = [];
  const loaded: string[] = [];
  const kept: string[] = [];
  for (const { group, arrays } of groups) {
    if (group.weights.length === 0 && (arrays?.length ?? 0) === 0) continue;
    const wrong = arrays ? misfit(group, arrays, what) : null;
    const missing = !arrays && !options.byName;
    if (wrong && !options.skipMismatch) throw wrong;
    if (missing && !options.skipMismatch) throw misfit(group, [], what) as ValueError;
    if (!arrays || wrong) {
      kept.push(group.name);
      continue;
    }
    loaded.push(group.name);
    pairs.push(...group.weights.map((weight, i) => ({ weight, array: arrays[i] as StoredArray })));
  }
  if (loaded.length === 0 && kept.length > 0) {
    throw new ValueError(`${what} has weights for none of the layers`, {
      notes: [`layers: ${kept.slice(0, 8).join(", ")}`, `the file: ${namesIn(content).slice(0, 8).join(", ")}`],
    });
  }
  return { pairs, loaded, kept };
}

const namesIn = ({ groups }: WeightsContent): string[] => groups.map(({ path, name }) => name ?? path);

interface Wanted {
  readonly group: WeightGroup;
  /** Undefined where the file has nothing. */
  readonly arrays: readonly StoredArray[] | undefined;
}

function groupsFor(model: AnyModel, { groups, form }: WeightsContent, byName: boolean): Wanted[] {
  if (form === "weights") {
    const byPath = new Map(groups.map(({ path, variables }) => [path, variables]));
    return namedWeights(model).map(([path, weight]) => ({
      group: { path, name: path, weights: [weight] },
      // TensorFlow.js leaves the cell out of a recurrent layer's names.
      arrays: byPath.get(path) ?? byPath.get(path.replace(/\/[^/]+\/([^/]+)$/, "/$1")),
    }));
  }
  if (form === "layers") {
    const own = model.layers.map((layer) => ({ path: layer.name, name: layer.name, weights: layer.weights }));
    const holding = groups.filter(({ path, variables }) => variables.length > 0 && path !== "optimizer");
    const wanted = own.filter(({ weights }) => weights.length > 0);
    return wanted.map((group, i) => {
      const found = byName ? holding.find(({ path }) => path === group.name) : holding[i];
      return { group, arrays: found?.variables };
    });
  }
  const own = weightGroups(model);
  const keys = (list: readonly Pick<VariableGroup, "path" | "name">[]): string[] =>
    byName ? nameKeys(list) : list.map(({ path }) => path);
  const fileKeys = keys(groups);
  const byKey = new Map(groups.map(({ variables }, i) => [fileKeys[i], variables]));
  const ownKeys = keys(own);
  return own.map((group, i) => ({
    group,
    arrays: byKey.get(ownKeys[i]) ?? (group.weights.length === 0 ? [] : undefined),
  }));
}

/** Groups by the name of their layer, and by their place within it ("lstm/cell"). */
function nameKeys(groups: readonly Pick<VariableGroup, "path" | "name">[]): string[] {
  const names = new Map(groups.map(({ path, name }) => [path, name]));
  const keyOf = (path: string): string => {
    const at = path.lastIndexOf("/");
    if (path === "" || /(^|\/)layers\/[^/]+$/.test(path)) return names.get(path) ?? path;
    return at < 0 ? path : `${keyOf(path.slice(0, at))}/${path.slice(at + 1)}`;
  };
  return groups.map(({ path }) => keyOf(path));
}

/** Weights under names of their own. */
export function namedWeights(model: AnyModel): [name: string, weight: Weight][] {
  const names = distinct(model.weights.map(({ path }) => path));
  return model.weights.map((weight, i) => [names[i] as string, weight]);
}

/** Why these arrays aren't the group's; null when they are. */
export function misfit(group: WeightGroup, arrays: readonly StoredArray[], what: string): ValueError | null {
  const { path, name, weights } = group;
  if (arrays.length !== weights.length) {
    return new ValueError(
      `${what} has ${arrays.length} arrays for "${name}", the layer has ${weights.length} weights`,
      {
        notes: [`at ${path || "its top"}`, ...weights.map((weight) => `${weight.path} [${weight.shape.join(", ")}]`)],
        hint: "the file is of another model",
      },
    );
  }
  const i = weights.findIndex((weight, at) => !shapesEqual((arrays[at] as StoredArray).shape, weight.shape));
  if (i < 0) return null;
  const [weight, array] = [weights[i] as Weight, arrays[i] as StoredArray];
  return new ValueError(
    `${what} has an array [${array.shape.join(", ")}] for ${weight.path}, which is [${weight.shape.join(", ")}]`,
    { hint: "the file is of another model" },
  );
}
