// Arrays in files: what is written is read, numpy's own files are read, damaged ones are refused.

import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import ndarray from "ndarray";
import { WeftError } from "../../../lib/graph/errors.js";
import { loadArrays, type PlainArray, saveArrays } from "../../../lib/index.js";
import { decode } from "../../../lib/train/save/elements.js";
import { fromNpy } from "../../../lib/train/save/npy.js";
import { fixturePath } from "../../golden/read.js";
import { mutated } from "./archives.js";

const types = [Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Uint8Array, Uint16Array, Uint32Array];

/** An array of any type and shape, up to four axes; some are views of others. */
const anyArray = fc
  .tuple(
    fc.constantFrom(...types),
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    fc.boolean(),
    fc.integer(),
  )
  .map(([type, shape, turned, seed]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const made = ndarray(new type(Array.from({ length: size }, (_, i) => (seed + 37 * i) % 100)) as PlainArray, shape);
    return turned ? made.transpose(...shape.map((_, i) => shape.length - 1 - i)) : made;
  });

const numbersOf = (array: ndarray.NdArray<PlainArray>): number[] => {
  const out: number[] = [];
  const visit = (at: number[]): void => {
    if (at.length === array.shape.length) out.push(array.get(...at));
    else for (let i = 0; i < (array.shape[at.length] as number); i++) visit([...at, i]);
  };
  visit([]);
  return out;
};

describe("arrays in files", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const ending of ["npz", "safetensors"]) {
    it(`keep shape, type and numbers in .${ending}`, async () => {
      const path = join(folder, `a.${ending}`);
      await fc.assert(
        fc.asyncProperty(fc.array(anyArray, { minLength: 1, maxLength: 3 }), async (arrays) => {
          await saveArrays(path, Object.fromEntries(arrays.map((array, i) => [`a${i}`, array])));
          const found = await loadArrays(path);
          expect(Object.keys(found)).deep.equal(arrays.map((_, i) => `a${i}`));
          arrays.forEach((array, i) => {
            const got = found[`a${i}`] as typeof array;
            expect(got.shape).deep.equal(array.shape);
            expect(got.data.constructor).equal(array.data.constructor);
            expect(numbersOf(got)).deep.equal(numbersOf(array));
          });
        }),
        { numRuns: 40 },
      );
    });
  }

  it("one in .npy, also nested lists and bare typed arrays", async () => {
    const path = join(folder, "a.npy");
    await saveArrays(path, [[1, 2.5], [3, 4]]); // biome-ignore format: a matrix
    const { data } = await loadArrays(path);
    expect([data?.shape, numbersOf(data as never)]).deep.equal([
      [2, 2],
      [1, 2.5, 3, 4],
    ]);
    await saveArrays(path, Int32Array.of(7));
    expect((await loadArrays(path))["data"]?.data).deep.equal(Int32Array.of(7));
    const header = readFileSync(path).subarray(0, 80).toString("latin1");
    expect(header).match(/'descr': '<i4', 'fortran_order': False, 'shape': \(1,\), }/);
    expect(readFileSync(path).indexOf("\n") % 64).equal(63);
  });

  it("Keras's fixtures are safetensors", async () => {
    const found = await loadArrays(fixturePath("keras_files/tutorial2_small.io.safetensors"));
    expect(Object.keys(found)).deep.equal(["out0", "x0", "x1"]);
    expect(found["x0"]?.shape[1]).equal(16);
  });

  it("what numpy has besides: halves, 64-bit numbers, big-endian ones, columns first, bool", () => {
    const npy = (head: string, body: Uint8Array): Uint8Array =>
      Buffer.concat([Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(head.length, 0)}${head}`, "latin1"), body]);
    const head = (descr: string, shape: string, fortran = "False"): string =>
      `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
    const read = (descr: string, shape: string, body: Uint8Array, fortran?: string): unknown[] => {
      const { data, shape: sizes } = fromNpy(npy(head(descr, shape, fortran), body), "test");
      return [sizes, data];
    };
    const bytes = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer as ArrayBuffer);
    expect(read("<f2", "(4,)", bytes(Uint16Array.of(0x3c00, 0xc500, 0x0001, 0x7c00)))).deep.equal([
      [4],
      Float32Array.of(1, -5, 2 ** -24, Number.POSITIVE_INFINITY),
    ]);
    expect(read("<i8", "(2,)", bytes(BigInt64Array.of(-3n, 5n)))).deep.equal([[2], Int32Array.of(-3, 5)]);
    expect(read("<u8", "()", bytes(BigUint64Array.of(2n ** 40n)))).deep.equal([[], Float64Array.of(2 ** 40)]);
    expect(read(">i2", "(2,)", Uint8Array.of(1, 2, 0xff, 0xfe))).deep.equal([[2], Int16Array.of(258, -2)]);
    expect(read("<i4", "(2, 3)", bytes(Int32Array.of(1, 4, 2, 5, 3, 6)), "True")).deep.equal([
      [2, 3],
      Int32Array.of(1, 2, 3, 4, 5, 6),
    ]);
    expect(read("|b1", "(2,)", Uint8Array.of(1, 0))).deep.equal([[2], Uint8Array.of(1, 0)]);
    expect([...decode(bytes(Uint16Array.of(0x3f80, 0xc040)), "bf2")]).deep.equal([1, -3]);
    expect(() => read("|O", "(2,)", Uint8Array.of(1, 0))).throw(/doesn't hold plain numbers/);
    expect(() => read("<f4", "(99999999999,)", Uint8Array.of(1, 0))).throw(/needs 399999999996 bytes, 2 are there/);
  });

  it("damaged files are refused", async () => {
    const x = Float32Array.from({ length: 50 }, (_, i) => i);
    for (const ending of ["npy", "npz", "safetensors"]) {
      const path = join(folder, `m.${ending}`);
      await saveArrays(path, ending === "npy" ? x : { x, y: x });
      const good = readFileSync(path);
      for (let seed = 0; seed < 200; seed++) {
        writeFileSync(path, mutated(good, seed));
        const error = await loadArrays(path).then(
          () => null,
          (reason: Error) => reason,
        );
        if (error) expect(error, `${ending} ${seed}: ${error.stack}`).instanceOf(WeftError);
      }
    }
    for (const wrong of ["m.txt", 3 as never])
      expect(await loadArrays(wrong).catch((error: Error) => error.message)).match(/expects a path that ends in \.npy/);
    expect(await loadArrays(join(folder, "no.npy")).catch((error: Error) => error.message)).match(/there is no file/);
  });
});
