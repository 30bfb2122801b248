// Keras's older HDF5 files (.h5): weights by layer name, and in whole models the config as a text. Those of Keras's applications are such.

import { ValueError } from "../../graph/errors.js";
import type { DatasetEntry, Hdf5File, Listing } from "./hdf5.js";
import { fromKerasTwo } from "./kerasTwo.js";
import type { ModelFile, VariableGroup } from "./modelFile.js";

/** Whether a file is of this form. */
export const isLegacy = ({ groups }: Listing): boolean =>
  groups.some(({ path, attributes }) => (path === "" || path === "model_weights") && listOf(attributes, "layer_names"));

/** Long lists are cut into several attributes. */
function listOf(attributes: Readonly<Record<string, unknown>>, name: string): string[] | null {
  if (Array.isArray(attributes[name])) return attributes[name] as string[];
  const parts: string[] = [];
  for (let i = 0; Array.isArray(attributes[`${name}${i}`]); i++) parts.push(...(attributes[`${name}${i}`] as string[]));
  return parts.length > 0 ? parts : null;
}

/** Layers' arrays by the names of the layers, in the order of the file; the optimizer's under "optimizer". */
export function legacyGroups(file: Hdf5File, { datasets, groups }: Listing, what: string): VariableGroup[] {
  const attributes = new Map(groups.map((group) => [group.path, group.attributes]));
  const arrays = new Map(datasets.map((entry) => [entry.path, entry]));
  const root = listOf(attributes.get("") ?? {}, "layer_names") ? "" : "model_weights";
  const group = (path: string, name: string): VariableGroup => {
    const names = listOf(attributes.get(path) ?? {}, "weight_names") ?? [];
    const variables = names.map((own) => {
      const entry = arrays.get(`${path}/${own}`) as DatasetEntry | undefined;
      if (!entry) throw new ValueError(`${what} names an array ${path}/${own}, which it doesn't have`);
      return file.array(entry);
    });
    return { path: name, name, variables };
  };
  const layers = (listOf(attributes.get(root) ?? {}, "layer_names") ?? []).map((name) =>
    group(root === "" ? name : `${root}/${name}`, name),
  );
  return attributes.has("optimizer_weights") ? [...layers, group("optimizer_weights", "optimizer")] : layers;
}

/** The config of a whole model. Raises ValueError for a file of weights alone. */
export function legacyConfig({ groups }: Listing, what: string): ModelFile["config"] {
  const attributes = groups.find(({ path }) => path === "")?.attributes ?? {};
  const config = parsed(attributes["model_config"]) as ModelFile["config"] | null;
  if (!config) {
    throw new ValueError(`${what} holds weights and no model`, {
      hint: "build the model, then model.loadWeights(path)",
    });
  }
  const training = parsed(attributes["training_config"]) as Record<string, unknown> | null;
  return {
    ...(fromKerasTwo(config) as ModelFile["config"]),
    compile_config: training ? { ...training, optimizer: training["optimizer_config"] } : {},
  };
}

/** Configs of the largest models have a few megabytes; what JSON says in one may take twenty in memory. */
const largestConfigLength = 2 ** 23;

function parsed(text: unknown): unknown {
  if (typeof text !== "string" || text.length > largestConfigLength) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
