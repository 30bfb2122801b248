// Weights by their names in a .safetensors file: names in the way of Keras's paths ("dense/kernel").

import type { AnyModel } from "../training.js";
import { storedWeight } from "./describe.js";
import { bytesIn, decode } from "./elements.js";
import { namedWeights, type WeightsContent } from "./match.js";
import type { Numbers, VariableGroup } from "./modelFile.js";
import { piecesOf } from "./pieces.js";
import type { Report } from "./restore.js";
import { type ByteReader, type ByteSource, readSafetensors, writeSafetensors } from "./safetensors.js";

/** Writes a model's weights. */
export async function writeNamedWeights(path: string, model: AnyModel, report: Report): Promise<void> {
  const sources = namedWeights(model).map(([name, weight]): ByteSource => {
    const { shape, dtype, read } = storedWeight(weight);
    return {
      name,
      shape,
      kind: dtype === "float32" ? "f4" : "i4",
      async *pieces() {
        for (const piece of piecesOf(shape)) {
          const bytes = bytesIn(await read(piece));
          yield bytes;
          report(bytes.byteLength);
        }
      },
    };
  });
  await writeSafetensors(path, sources);
}

/** Opens a file of weights; numbers come as float32, or int32 where the file has whole ones. */
export async function readNamedWeights(path: string): Promise<WeightsContent & { close(): Promise<void> }> {
  const { arrays, close } = await readSafetensors(path);
  return { groups: arrays.map(groupOf), form: "weights", close };
}

function groupOf({ name, shape, kind, bytes }: ByteReader): VariableGroup {
  const floating = kind.includes("f");
  const read = async ({ start, end }: { readonly start: number; readonly end: number }): Promise<Numbers> => {
    const data = decode(await bytes(start, end), kind);
    if (data instanceof Float32Array || data instanceof Int32Array) return data;
    return floating ? Float32Array.from(data) : Int32Array.from(data);
  };
  return { path: name, variables: [{ shape, dtype: floating ? "float32" : "int32", read }] };
}
