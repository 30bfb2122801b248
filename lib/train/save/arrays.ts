// Arrays of the user's own in files: numpy's .npy and .npz, and .safetensors.

import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import ndarray, { type NdArray } from "ndarray";
import { ValueError } from "../../graph/errors.js";
import { inTurns } from "../../graph/turns.js";
import { toColumn } from "../column.js";
import type { ArrayData } from "../data.js";
import { bytesIn, decode, inRows, kindOf, type PlainArray } from "./elements.js";
import { type DenseArray, fromNpy, toNpy } from "./npy.js";
import { replaceFile } from "./replaceFile.js";
import { type ByteSource, readSafetensors, writeSafetensors } from "./safetensors.js";
import { writeZip, ZipArchive } from "./zip.js";

/** Arrays by name, as files give them. */
export type NamedArrays = Record<string, NdArray<PlainArray>>;

/**
 * Writes arrays to a file: ".npy" holds one, ".npz" and ".safetensors" a record of them by name. Arrays are ndarrays, nested lists (as
 * float64), or typed arrays with a shape, and keep their type.
 *
 * @example
 * await saveArrays("data.npz", { x: [[1, 2], [3, 4]], y: Int32Array.of(0, 1) });
 * const { y } = await loadArrays("data.npz");
 */
export async function saveArrays(path: string, arrays: ArrayData | Readonly<Record<string, ArrayData>>): Promise<void> {
  const form = formOf(path, "saveArrays");
  if (form === ".npy") {
    const bytes = toNpy(await dense(basename(path), arrays), path);
    await replaceFile(path, (temporary) => writeFile(temporary, bytes));
    return;
  }
  if (typeof arrays !== "object" || Array.isArray(arrays) || ArrayBuffer.isView(arrays) || "data" in arrays)
    throw new ValueError(`${path} holds arrays by name`, { hint: `saveArrays("${basename(path)}", { x, y })` });
  const named = await Promise.all(
    Object.entries(arrays as Readonly<Record<string, ArrayData>>).map(
      async ([name, value]) => [name, await dense(name, value)] as const,
    ),
  );
  await replaceFile(path, (temporary) =>
    form === ".npz"
      ? writeZip(
          temporary,
          named.map(([name, array]) => ({ name: `${name}.npy`, bytes: Buffer.concat(toNpy(array, name)) })),
        )
      : writeSafetensors(
          temporary,
          named.map(([name, array]) => byteSource(name, array)),
        ),
  );
}

/**
 * Reads arrays of a ".npz" or ".safetensors" file by name, or the one of a ".npy" file under "data". 64-bit whole numbers become int32
 * where they fit, half floats float32, bool 0 and 1. Raises ValueError for a damaged file, and for objects and texts.
 */
export async function loadArrays(path: string): Promise<NamedArrays> {
  const form = formOf(path, "loadArrays");
  if (form === ".npz") return fromNpz(path);
  if (form === ".npy") {
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new ValueError(`there is no file ${path}`, { cause });
    });
    return { data: shown(fromNpy(bytes, path)) };
  }
  const { arrays, close } = await readSafetensors(path);
  try {
    const found: NamedArrays = {};
    for (const { name, shape, kind, bytes } of arrays) {
      const size = shape.reduce((product, length) => product * length, 1);
      found[name] = shown({ shape, data: decode(await bytes(0, size), kind) });
    }
    return found;
  } finally {
    await close();
  }
}

const forms = [".npy", ".npz", ".safetensors"] as const;
/** Larger arrays don't fit one buffer. */
const largestArrayBytes = 2 ** 31;

function formOf(path: string, what: string): (typeof forms)[number] {
  const form = forms.find((ending) => typeof path === "string" && path.endsWith(ending));
  if (form) return form;
  throw new ValueError(`${what} expects a path that ends in ${forms.join(", ")}, received ${JSON.stringify(path)}`);
}

async function fromNpz(path: string): Promise<NamedArrays> {
  const zip = await ZipArchive.open(path);
  try {
    const found: NamedArrays = {};
    for (const name of zip.names()) {
      if (!name.endsWith(".npy")) continue;
      found[name.slice(0, -4)] = shown(fromNpy(await zip.bytes(name, largestArrayBytes), `${path}: ${name}`));
    }
    return found;
  } finally {
    zip.close();
  }
}

const shown = ({ shape, data }: DenseArray): NdArray<PlainArray> => ndarray(data, [...shape]);

const byteSource = (name: string, { shape, data }: DenseArray): ByteSource => ({
  name,
  shape,
  kind: kindOf(data, name),
  async *pieces() {
    yield bytesIn(data);
  },
});

/** Row by row, in an array of its own type. */
async function dense(name: string, value: unknown): Promise<DenseArray> {
  const { data, shape, stride, offset } = (value ?? {}) as Partial<NdArray<PlainArray>>;
  if (ArrayBuffer.isView(data) && shape && stride) return { shape, data: inRows(data, shape, stride, offset ?? 0) };
  const column = await inTurns(toColumn(name, value, (size) => [size]));
  const flat = column.flat();
  return { shape: column.shape, data: ArrayBuffer.isView(flat) ? (flat as PlainArray) : Float64Array.from(flat) };
}
