// Keras 3's weights (.weights.h5): for every layer a group "vars" with its variables by number, and the layer's name beside them.

import { stat } from "node:fs/promises";
import { ValueError } from "../../graph/errors.js";
import { Hdf5File, type Listing } from "./hdf5.js";
import { isLegacy, legacyConfig, legacyGroups } from "./legacyFile.js";
import type { WeightsContent } from "./match.js";
import type { ModelFile, StoredArray, VariableGroup } from "./modelFile.js";
import type { Report } from "./restore.js";

/** Variables that can be read until `close`. */
export interface WeightsReader {
  readonly groups: readonly VariableGroup[];
  readonly form: "places" | "layers";
  close(): Promise<void>;
}

/** Writes groups into a new file. */
export async function writeWeightsFile(path: string, groups: readonly VariableGroup[], report: Report): Promise<void> {
  const file = await Hdf5File.open(path, "w");
  for (const { path: place, name, variables } of groups) {
    const vars = place === "" ? "vars" : `${place}/vars`;
    await file.group(vars, name === undefined ? {} : { name });
    for (const [i, array] of variables.entries()) await file.write(`${vars}/${i}`, array, report);
  }
  await file.close();
}

/** Opens a file; `what` is how errors name it. */
export async function readWeightsFile(path: string, what: string): Promise<WeightsReader> {
  return opened(path, what, (file, listing) =>
    isLegacy(listing)
      ? { groups: legacyGroups(file, listing, what), form: "layers" }
      : { groups: groupsOf(file, listing, what), form: "places" },
  );
}

/** Opens a whole model in one of Keras's older files. */
export async function readLegacyModel(path: string): Promise<ModelFile & WeightsReader> {
  return opened(path, path, (file, listing) => ({
    config: legacyConfig(listing, path),
    groups: legacyGroups(file, listing, path),
    form: "layers",
  }));
}

async function opened<T extends WeightsContent>(
  path: string,
  what: string,
  read: (file: Hdf5File, listing: Listing) => T,
): Promise<T & { close(): Promise<void> }> {
  const file = await Hdf5File.open(path, "r", what);
  const listing = await file.list();
  try {
    requireHonest(listing, (await stat(path)).size, what);
    return { ...read(file, listing), close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Up to here arrays may say what they like; beyond it the file must have a hundredth of it. */
const harmlessBytes = 200_000_000;
const largestExpansion = 100;

function requireHonest({ datasets }: Listing, fileBytes: number, what: string): void {
  const claimed = datasets.reduce((sum, { shape }) => sum + 4 * shape.reduce((product, size) => product * size, 1), 0);
  if (claimed <= harmlessBytes || claimed <= largestExpansion * fileBytes) return;
  throw new ValueError(`${what}: its arrays claim ${claimed} bytes, and the file has ${fileBytes}`, {
    hint: "no sound file does that; don't open it",
  });
}

function groupsOf(file: Hdf5File, { datasets, groups }: Listing, what: string): VariableGroup[] {
  const byGroup = new Map<string, Map<number, StoredArray>>();
  for (const entry of datasets) {
    const found = /^(?:(.*)\/)?vars\/(\d{1,6})$/.exec(entry.path);
    if (!found) continue;
    const place = modernPath(found[1] ?? "");
    const list = byGroup.get(place) ?? new Map<number, StoredArray>();
    byGroup.set(place, list.set(Number(found[2]), file.array(entry)));
  }
  const named = groups.filter(({ path }) => /(^|\/)vars$/.test(path));
  const names = new Map(
    named.map(({ path, attributes }) => [modernPath(path.replace(/\/?vars$/, "")), attributes["name"]]),
  );
  // Layers without variables have names too.
  for (const path of names.keys()) if (!byGroup.has(path)) byGroup.set(path, new Map());
  return [...byGroup].map(([path, list]) => {
    const variables = Array.from({ length: list.size }, (_, i) => list.get(i));
    const missing = variables.indexOf(undefined);
    if (missing >= 0)
      throw new ValueError(`${what}: of the arrays of ${path || "its top"}, number ${missing} is missing`);
    const name = names.get(path);
    return { path, variables: variables as StoredArray[], ...(typeof name === "string" ? { name } : {}) };
  });
}

/** Keras 2.13 had another name for the layers of a model. */
const modernPath = (path: string): string => path.replaceAll("_layer_checkpoint_dependencies", "layers");
