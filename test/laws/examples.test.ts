// Every example in a docstring compiles against the library's types, runs, and gives what its comments say.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { NdArray } from "ndarray";
import * as weft from "../../lib/index.js";
import { type Compiled, compileExamples, examplesIn } from "./examples.js";
import { sourcesIn } from "./imports.js";

const library = new URL("../../lib/index.js", import.meta.url).href;

/** A tensor stands for its shape, an ndarray for its numbers. */
function check(value: unknown, wanted: unknown): void {
  if (value instanceof weft.Tensor) expect(value.shape).deep.equal(wanted);
  else if (ArrayBuffer.isView((value as NdArray<Float32Array> | null)?.data)) {
    const { data, shape } = value as NdArray<Float32Array>;
    const numbers = [wanted].flat(Number.POSITIVE_INFINITY) as number[];
    expect(numbers.length).equal(shape.reduce((size, own) => size * own, 1));
    numbers.forEach((number, i) => {
      expect(data[i]).closeTo(number, 1e-6);
    });
  } else expect(value).deep.equal(wanted);
}

/** Runs a script as a module. */
async function run(script: string): Promise<void> {
  const global = globalThis as { __check?: typeof check };
  const { log } = console;
  global.__check = check;
  // Examples may print.
  console.log = () => {};
  try {
    await import(`data:text/javascript,${encodeURIComponent(script)}`);
  } finally {
    console.log = log;
    delete global.__check;
  }
}

describe("law: examples in docstrings run", () => {
  const home = process.cwd();
  let folder = "";
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
    await weft.dispose();
  });
  const examples = [...sourcesIn("lib"), ...sourcesIn("kernel")].flatMap(examplesIn);
  let compiled: Compiled[];
  before(async function () {
    this.timeout(60_000);
    compiled = compileExamples(examples, library);
    await weft.configure({ backend: "wasm" });
    // Examples may write files.
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
    process.chdir(folder);
  });
  it("are found", () => {
    expect(examples.length).greaterThan(50);
  });
  examples.forEach(({ place, code }, i) => {
    it(place, async () => {
      const { errors, script } = compiled[i] as Compiled;
      expect(errors, code).deep.equal([]);
      await run(script);
    });
  });

  it("what is wrong is caught", async () => {
    const wrong = ["const y = dense(8)(input([3])); // [null, 9]", 'dense("8");', "input([3]).shape; // [null, 3]"];
    process.chdir(home);
    const [shape, type, right] = compileExamples(
      wrong.map((code) => ({ place: "", code })),
      library,
    ) as [Compiled, Compiled, Compiled];
    expect([shape, type, right].map(({ errors }) => errors.length)).deep.equal([0, 1, 0]);
    await run(right.script);
    const message = await run(shape.script).then(
      () => "passed",
      (error: Error) => error.message,
    );
    expect(message).match(/expected .* to deeply equal/);
  }).timeout(30_000);
});
