// Kernels of programs: each is compiled once, whoever asks for it, and does what it was asked for.

import { expect } from "chai";
import { elementwiseLookup } from "../../lib/catalog/ops/index.js";
import type { ElementwiseSpec } from "../../lib/plan/program.js";
import { type CompiledKernels, compileKernels } from "../../lib/run/wasm/compiled.js";
import { detectMachine } from "../../lib/run/wasm/machine.js";

/** x + x or x * x of so many numbers. */
const spec = (op: "add" | "multiply", size: number): ElementwiseSpec => ({
  family: "elementwise",
  space: [size],
  inputs: [{ dtype: "float32", strides: [1], offset: 0 }],
  outputs: [{ dtype: "float32", strides: [1], offset: 0 }],
  expr: { nodes: [{ op, attrs: null, args: [0, 0], dtype: "float32" }], results: [1] },
});

const compile = (...specs: ElementwiseSpec[]): Promise<CompiledKernels> =>
  compileKernels(specs, detectMachine(), elementwiseLookup);

/** What each kernel makes of 5. */
function answers({ modules, kernels }: CompiledKernels): number[] {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const numbers = new Float32Array(memory.buffer);
  return kernels.map(({ module, name }) => {
    const { exports } = new WebAssembly.Instance(modules[module] as WebAssembly.Module, { env: { memory } });
    numbers[1024] = 5;
    (exports[name] as (...numbers: number[]) => void)(0, 1, 0, 4096, 32768);
    return numbers[8192] as number;
  });
}

/** No other test has kernels of these sizes. */
let size = 5001;

describe("compiled kernels", () => {
  it("are those of earlier programs, and one module of what is new", async () => {
    const [one, two] = [size++, size++];
    const first = await compile(spec("add", one), spec("multiply", one));
    expect(first.modules).lengthOf(1);
    const again = await compile(spec("multiply", one), spec("add", one));
    expect(again.modules).deep.equal(first.modules);
    const more = await compile(spec("multiply", two), spec("add", one), spec("add", two));
    expect(more.modules).lengthOf(2);
    expect(more.modules).includes(first.modules[0]);
    expect([first, again, more].map(answers)).deep.equal([
      [10, 25],
      [25, 10],
      [25, 10, 10],
    ]);
  });

  it("are compiled once when several programs want them at once, or twice in one", async () => {
    const [one, two] = [size++, size++];
    const all = await Promise.all([
      compile(spec("add", one)),
      compile(spec("add", one), spec("add", two)),
      compile(spec("add", two), spec("add", one), spec("add", two)),
    ]);
    expect(new Set(all.flatMap(({ modules }) => modules)).size).equal(2);
    expect(all.map(answers)).deep.equal([[10], [10, 10], [10, 10, 10]]);
  });

  it("are not kept without end", async () => {
    const first = size++;
    const before = await compile(spec("add", first));
    for (let many = 0; many < 6; many++) await compile(...Array.from({ length: 100 }, () => spec("add", size++)));
    const after = await compile(spec("add", first));
    expect(after.modules[0]).not.equal(before.modules[0]);
  });

  it("can be asked for after some that can't be made", async () => {
    const failure = await compile({ ...spec("add", size), family: "none" } as never).catch((error: unknown) => error);
    expect(failure).instanceOf(Error);
    expect(answers(await compile(spec("add", size++)))).deep.equal([10]);
  });
});
