// A saved file is whole: when the process is killed in the midst of saving, when writing fails, and for arrays of many pieces.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import { mixSeed } from "../../../lib/graph/seed.js";
import { sizeOf } from "../../../lib/graph/shape.js";
import { configure, dense, input, load, model } from "../../../lib/index.js";
import { Hdf5File } from "../../../lib/train/save/hdf5.js";
import { blockOf, piecesOf } from "../../../lib/train/save/pieces.js";

/** WEFT_KILLS=50 tries more. */
const kills = Number(process.env["WEFT_KILLS"] ?? 8);

/** Lets a process save over and over, and kills it sometime. */
async function killed(path: string, seed: number): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./saver.js", import.meta.url)), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, mixSeed(seed) % 250));
  child.kill("SIGKILL");
  await once(child, "exit");
}

const roundsOf = async (m: Awaited<ReturnType<typeof load>>): Promise<number[]> =>
  (await m.getWeights()).flatMap(({ data }) => [...data]);

/** The numbers of weights beside an ONNX model. */
function roundsIn(path: string): number[] {
  const text = readFileSync(path, "latin1");
  const [, name = ""] = /location[\s\S]{2}(m\.onnx\.data\d*)/.exec(text) ?? [];
  const found = text.matchAll(/offset[\s\S]{2}(\d+)[\s\S]*?length[\s\S]{2}(\d+)/g);
  const data = Uint8Array.from(readFileSync(join(dirname(path), name)));
  return [...found].flatMap(([, offset, length]) => [
    ...new Float32Array(data.buffer, Number(offset), Number(length) / 4),
  ]);
}

describe("a saved file is whole", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("whenever the process that saves is killed", async function () {
    this.timeout(kills * 8_000);
    const path = join(folder, "m.keras");
    for (let kill = 0; kill < kills; kill++) {
      await killed(path, kill);
      const weights = await (await load(path)).getWeights();
      const round = weights[0]?.data[0] as number;
      expect(round).greaterThan(0);
      for (const { data } of weights) expect((data as Float32Array).every((value) => value === round)).equal(true);
    }
  });

  for (const ending of ["json", "onnx"]) {
    it(`whenever the process that exports .${ending} and files beside it is killed`, async function () {
      const some = Math.ceil(kills / 4);
      this.timeout(some * 8_000);
      const path = join(folder, `m.${ending}`);
      for (let kill = 0; kill < some; kill++) {
        await killed(path, kill);
        const rounds = new Set(ending === "json" ? await roundsOf(await load(path)) : roundsIn(path));
        expect([...rounds]).lengthOf(1);
        expect([...rounds][0]).greaterThan(0);
      }
      // Once nobody is killed, only what is named is there.
      const x = input([3]);
      const saved = await model({ inputs: x, outputs: dense(2)(x) }).export(path, { externalData: true });
      const left = (await readdir(folder)).filter((name) => !name.endsWith(".tmp"));
      expect(left.length).within(2, 2 + (ending === "json" ? some : 0));
      for (const file of saved.files) expect(existsSync(file.path)).equal(true);
    });
  }

  it("and the old one stays when the new one can't be written", async () => {
    const x = input([3]);
    const m = model({ inputs: x, outputs: dense(2)(x) });
    const path = join(folder, "m.keras");
    await m.save(path);
    const before = readFileSync(path);
    // In a list it gets no name.
    m.compile({ optimizer: "sgd", loss: [() => x] });
    const error = await m.save(path).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).match(/the loss is a function without a name/);
    expect(readFileSync(path).equals(before)).equal(true);
    mkdirSync(join(folder, "taken.keras"));
    writeFileSync(join(folder, "taken.keras", "file"), "");
    const taken = await m.save(join(folder, "taken.keras"), { optimizer: false }).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(taken).instanceOf(Error);
    expect((await readdir(folder)).sort()).deep.equal(["m.keras", "taken.keras"]);
    expect(existsSync(join(folder, "taken.keras", "file"))).equal(true);
  });

  it("and read although this thread is busy for longer than a damaged one would get", async () => {
    const x = input([3]);
    const path = join(folder, "m.weights.h5");
    await model({ inputs: x, outputs: dense(2)(x) }).saveWeights(path);
    const file = await Hdf5File.open(path, "r");
    // Timers that are due come before messages that lie there.
    await new Promise((resolve) => setImmediate(resolve));
    const listing = file.list();
    for (const until = performance.now() + 1_500; performance.now() < until; );
    expect((await listing).datasets).lengthOf(2);
    await file.close();
  });

  it("with arrays of many pieces", async () => {
    await configure({ backend: "wasm", threads: 2 });
    const x = input([1500]);
    const m = model({ inputs: x, outputs: dense(2003, { name: "large" })(x) });
    const path = join(folder, "m.keras");
    await m.save(path);
    const [want, got] = [await m.getWeights(), await (await load(path)).getWeights()];
    expect(
      Buffer.from(got[0]?.data.buffer as ArrayBuffer).equals(Buffer.from(want[0]?.data.buffer as ArrayBuffer)),
    ).equal(true);
  });
});

describe("pieces of an array", () => {
  it("follow each other, are as large as allowed, and are whole blocks", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 5 });
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 60 }), (shape, limit) => {
        let end = 0;
        const block = blockOf(shape, limit);
        for (const piece of piecesOf(shape, limit)) {
          expect(piece.start).equal(end);
          end = piece.end;
          expect(piece.end - piece.start).within(1, limit);
          piece.ranges.forEach(([from, to], axis) => {
            expect(from % (block[axis] as number)).equal(0);
            expect(to - from).within(1, block[axis] as number);
          });
          expect(sizeOf(piece.ranges.map(([from, to]) => to - from))).equal(piece.end - piece.start);
        }
        expect(end).equal(sizeOf(shape));
      }),
    );
  });
});
