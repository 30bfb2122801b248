// Compiling kernels: on the engine's own threads, in its best code, and without a trace for the code of others.

import { execFileSync } from "node:child_process";
import { setFlagsFromString } from "node:v8";
import { expect } from "chai";
import { elementwiseLookup } from "../../lib/catalog/ops/index.js";
import { atOnce } from "../../lib/graph/turns.js";
import type { ElementwiseSpec } from "../../lib/plan/program.js";
import { detectMachine } from "../../lib/run/wasm/machine.js";
import { compileModule, emitModule } from "../../lib/run/wasm/module.js";

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

describe("modules of kernels", () => {
  it("compile while the event loop goes on", async () => {
    let turns = 0;
    setImmediate(() => turns++);
    await compileModule(bytes());
    expect(turns).to.equal(1);
  });

  it("are in optimised code before the first call, also several at a time; modules of others stay lazy", async function () {
    const ask = asker();
    if (!ask) {
      console.log("      skipped: this engine doesn't say how code was compiled");
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

  it("keep the process alive until they are compiled", () => {
    const url = new URL("../../lib/run/wasm/module.js", import.meta.url).href;
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
