// Compiling kernels: on the engine's own threads, in its best code, and without a trace for the code of others.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { expect } from "chai";
import { elementwiseLookup } from "../../lib/catalog/ops/index.js";
import { atOnce } from "../../lib/graph/turns.js";
import type { ElementwiseSpec } from "../../lib/plan/program.js";
import { detectMachine } from "../../lib/run/wasm/machine.js";
import { compileModule, emitModule } from "../../lib/run/wasm/module.js";
import { removeFolder, temporaryFolder } from "../folders.js";

const doubled = (size: number): ElementwiseSpec => ({
  family: "elementwise",
  space: [size],
  inputs: [{ dtype: "float32", strides: [1], offset: 0 }],
  outputs: [{ dtype: "float32", strides: [1], offset: 0 }],
  expr: { nodes: [{ op: "add", attrs: null, args: [0, 0], dtype: "float32" }], results: [1] },
});

// The engine knows equal modules again, so every one here is different.
let size = 1000;
const bytes = (): Uint8Array => atOnce(emitModule([doubled(size++), doubled(7)], detectMachine(), elementwiseLookup));

/** Asks V8 itself; null where it doesn't know these questions. */
function asker(): { optimised(kernel: unknown): boolean; baseline(kernel: unknown): boolean } | null {
  setFlagsFromString("--allow-natives-syntax");
  try {
    return {
      optimised: new Function("kernel", "return %IsTurboFanFunction(kernel)") as (kernel: unknown) => boolean,
      baseline: new Function("kernel", "return %IsLiftoffFunction(kernel)") as (kernel: unknown) => boolean,
    };
  } catch {
    return null;
  } finally {
    setFlagsFromString("--no-allow-natives-syntax");
  }
}

function kernelsOf(module: WebAssembly.Module): unknown[] {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  return Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports);
}

/** For scripts in processes of their own. */
const url = new URL("../../lib/run/wasm/module.js", import.meta.url).href;

describe("modules of kernels", () => {
  it("compile while the event loop goes on", async () => {
    let turns = 0;
    setImmediate(() => turns++);
    // The first may be done before the event loop comes to what is set for its next turn; the second is asked for in that turn.
    await compileModule(bytes());
    await compileModule(bytes());
    expect(turns).to.equal(1);
  });

  it("are in optimised code before the first call, also several at a time; modules of others stay lazy", async function () {
    const ask = asker();
    const leavesTiering = Number.parseInt(process.versions.v8, 10) >= 14;
    if (!ask || leavesTiering) {
      console.log(
        `      skipped: this engine ${ask ? "isn't told how to compile" : "doesn't say how code was compiled"}`,
      );
      return this.skip();
    }
    const modules = await Promise.all([compileModule(bytes()), compileModule(bytes())]);
    for (const kernel of modules.flatMap(kernelsOf)) {
      expect(ask.optimised(kernel)).to.equal(true);
      expect(ask.baseline(kernel)).to.equal(false);
    }
    const other = new WebAssembly.Module(bytes() as Uint8Array<ArrayBuffer>);
    for (const kernel of kernelsOf(other)) expect(ask.optimised(kernel)).to.equal(false);
  });

  it("are in optimised code soon after", async function () {
    const ask = asker();
    if (!ask) {
      console.log("      skipped: this engine doesn't say how code was compiled");
      return this.skip();
    }
    const [kernel] = kernelsOf(await compileModule(bytes())) as [(...numbers: number[]) => void];
    const [scratch, from, to] = [0, 4096, 32768];
    const end = performance.now() + 15_000;
    while (!ask.optimised(kernel) && performance.now() < end) {
      for (let call = 0; call < 1000; call++) kernel(0, 1, scratch, from, to);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(ask.optimised(kernel)).to.equal(true);
  });

  it("compile when the same one is asked for many times at once", async () => {
    const same = bytes();
    const modules = await Promise.all(Array.from({ length: 12 }, () => compileModule(same)));
    expect(modules.flatMap(kernelsOf)).to.have.length(24);
  });

  it("leave modules of others whole that run or compile meanwhile", () => {
    // HDF5's has calls that the engine's optimiser takes a guess at. In a process of its own: the engine ends it when that fails.
    const script = `
      import { File, ready } from "h5wasm/node";
      await ready;
      const { setTiering } = await import("${url}");
      const write = () => {
        const file = new File(process.argv[1], "w");
        for (let i = 0; i < 20; i++) file.create_dataset({ name: "d" + i, data: new Float32Array(100) });
        file.close();
      };
      write();
      setTiering(false);
      for (let i = 0; i < 5; i++) write();
      console.log("whole");`;
    const folder = temporaryFolder("module");
    const args = ["--input-type=module", "-e", script, join(folder, "some.h5")];
    try {
      const out = execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      expect(out.trim()).to.equal("whole");
    } finally {
      removeFolder(folder);
    }
  });

  it("keep the process alive until they are compiled", () => {
    const empty = "new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])";
    const script = `import { compileModule } from "${url}"; await compileModule(${empty}); console.log("compiled");`;
    const text = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(text.trim()).to.equal("compiled");
  });

  it("reject what is no module, and leave the engine as it was", async () => {
    const failure = await compileModule(new Uint8Array([1, 2, 3])).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(WebAssembly.CompileError);
    const ask = asker();
    if (!ask) return;
    const other = new WebAssembly.Module(bytes() as Uint8Array<ArrayBuffer>);
    for (const kernel of kernelsOf(other)) expect(ask.optimised(kernel)).to.equal(false);
  });
});
