// Small files that claim much: the largest memory that each kind of file may ask for, or a little more than it may.

import { readFileSync, writeFileSync } from "node:fs";
import { bomb } from "./archives.js";

/** A file, and whether it may be read. */
export interface HungryFile {
  readonly name: string;
  readonly refused: boolean;
  write(path: string): Promise<void>;
}

const npyOf = (kind: string, shape: string, bytes: number): Buffer => {
  const head = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117).concat("\n");
  const start = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(head.length, 0)}${head}`, "latin1");
  return Buffer.concat([start, Buffer.alloc(bytes)]);
};

/** JSON that takes as much memory as text of its length can. */
const manyObjects = (bytes: number): Buffer => Buffer.from(`[${"{},".repeat(bytes / 3 - 2)}{}]`);

/** A dataset of so many float32 that were never written: HDF5 gives zeros. */
async function unwritten(path: string, count: number): Promise<void> {
  const { File, ready } = await import("h5wasm/node");
  await ready;
  const made = new File(path, "w");
  const group = made.create_group("layers").create_group("dense").create_group("vars");
  const shape = [1, count];
  const data = new Float32Array(0);
  const maxshape = [...shape];
  group
    .create_dataset({ name: "0", data, shape: [0, count], maxshape, chunks: [1, 2 ** 20], dtype: "<f" })
    .resize(shape);
  made.close();
}

const config = (units: number): Buffer =>
  Buffer.from(
    JSON.stringify({
      class_name: "Sequential",
      config: {
        name: "wide",
        layers: [
          { class_name: "InputLayer", config: { batch_shape: [null, 1], dtype: "float32", name: "x" } },
          { class_name: "Dense", config: { name: "dense", units, use_bias: false } },
        ],
      },
    }),
  );

const archive = (name: string, refused: boolean, entries: () => Record<string, Buffer>): HungryFile => ({
  name,
  refused,
  write: async (path) => writeFileSync(path, bomb(entries())),
});

const wide = (name: string, refused: boolean, count: number): HungryFile => ({
  name,
  refused,
  async write(path) {
    await unwritten(`${path}.h5`, count);
    const weights = readFileSync(`${path}.h5`);
    writeFileSync(path, bomb({ "config.json": config(count), "model.weights.h5": weights }));
  },
});

/** By what is at stake. */
export const hungryFiles: readonly HungryFile[] = [
  archive("objects.keras", true, () => ({ "config.json": manyObjects(2 ** 23) })),
  archive("text.keras", true, () => ({ "config.json": Buffer.alloc(2 ** 27) })),
  wide("wide.keras", false, 49_900_000),
  wide("wider.keras", true, 50_100_000),
  archive("halves.npz", false, () => ({ "x.npy": npyOf("<f2", "49900000,", 2 * 49_900_000) })),
  archive("whole.npz", false, () => ({ "x.npy": npyOf("<i8", "12400000,", 8 * 12_400_000) })),
  archive("several.npz", true, () =>
    Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.npy`, npyOf("<f4", "4000000,", 4 * 4_000_000)])),
  ),
  {
    name: "header.safetensors",
    refused: true,
    async write(path) {
      const header = manyObjects(2 ** 23 - 9);
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      writeFileSync(path, Buffer.concat([length, header]));
    },
  },
  { name: "model.json", refused: true, write: async (path) => writeFileSync(path, manyObjects(2 ** 23)) },
];
