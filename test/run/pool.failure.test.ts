import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { Pool, PoolError } from "../../lib/run/wasm/pool.js";
import { barrier, call, floats, type KernelName, loadTest, pointer, program } from "./pool.kernels.js";

async function reasonOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    expect(error).to.be.instanceOf(PoolError);
    return (error as Error).message;
  }
  return "nothing went wrong";
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("pool failures", () => {
  let pool: Pool;
  beforeEach(() => {
    pool = new Pool({ threads: 2 });
  });
  afterEach(() => pool.dispose());

  /** A function that runs the kernel between barriers, on both workers or on the first. */
  function runner(name: KernelName, workers: "all" | "one" = "all", units = 2): () => Promise<unknown> {
    const block = floats(pool.heap, [1, 2, 3, 4]);
    const before = call("nothing", pointer(0), pointer(0));
    const steps = [
      before,
      barrier,
      call(name, pointer(0), pointer(0), { workers, label: `the ${name}` }),
      barrier,
      before,
      barrier,
    ];
    const loaded = loadTest(pool, program(steps, [0]), units);
    pool.bind(loaded, [block], [block]);
    return () => pool.run(loaded);
  }

  async function expectHealthy(): Promise<void> {
    const block = floats(pool.heap, [1, 2, 3, 4]);
    const loaded = loadTest(pool, program([call("add", pointer(0), pointer(0)), barrier], [0]), 4);
    pool.bind(loaded, [block], [block]);
    await pool.run(loaded, 3);
    expect(Array.from(pool.heap.float32(block))).to.deep.equal([8, 16, 24, 32]);
  }

  it("name the step of a trap, and the workers stay", async () => {
    for (const workers of ["all", "one"] as const) {
      const trap = runner("trap", workers);
      for (let turn = 0; turn < 3; turn++) {
        expect(await reasonOf(trap())).to.match(
          /^worker [01] failed at "the trap" of program "test": RuntimeError: unreachable$/,
        );
      }
      const threads = pool.workers;
      await expectHealthy();
      expect(pool.workers[0]).to.equal(threads[0]);
    }
  });

  it("are told when a pointer leaves the memory", async () => {
    const block = floats(pool.heap, [1]);
    const loaded = loadTest(pool, program([call("add", pointer(0), pointer(0))], [0]), 2);
    pool.bind(loaded, [{ segment: 0, byteOffset: 2 ** 32 - 65536 }], [block]);
    expect(await reasonOf(pool.run(loaded))).to.match(
      /"add" of program "test": RuntimeError: memory access out of bounds/,
    );
    pool.bind(loaded, [{ segment: 5, byteOffset: 64 }], [{ segment: 5, byteOffset: 64 }]);
    expect(await reasonOf(pool.run(loaded))).to.match(/worker [01] failed: Error: heap segment 5 is not known/);
    await expectHealthy();
  });

  for (const victim of [0, 1]) {
    it(`survive the end of worker ${victim} during a run`, async () => {
      await expectHealthy();
      const kept = floats(pool.heap, [5, 6]);
      const reason = reasonOf(runner("forever", "all", victim + 1)());
      await pause(30);
      void pool.workers[victim]?.terminate();
      expect(await reason).to.match(/^worker \d died: it exited with code 1$/);
      await expectHealthy();
      expect(Array.from(pool.heap.float32(kept))).to.deep.equal([5, 6]);
    });
  }

  it("survive the end of a worker that waits at a barrier, or that sleeps", async () => {
    const reason = reasonOf(runner("forever", "one")());
    await pause(30);
    void pool.workers[1]?.terminate();
    expect(await reason).to.contain("worker 1 died");
    await expectHealthy();
    await pool.workers[1]?.terminate();
    await pause(10);
    await expectHealthy();
    void pool.workers[0]?.terminate();
    expect(await reasonOf(runner("nothing")())).to.contain("worker 0 died");
    await expectHealthy();
  });

  it("reject the pending run and those in the queue when the pool is disposed of", async () => {
    const reasons = [reasonOf(runner("forever")()), reasonOf(runner("nothing")())];
    await pause(30);
    await pool.dispose();
    expect(await reasons[0]).to.contain("disposed of during the run");
    expect(await reasons[1]).to.contain("disposed of");
    expect(await reasonOf(runner("nothing")())).to.contain("disposed of");
  });

  it("do not include a script that forgets to dispose", async () => {
    const kernels = new URL("./pool.kernels.js", import.meta.url).href;
    const library = new URL("../../lib/run/wasm/pool.js", import.meta.url).href;
    const body = `
      const pool = new Pool({ threads: 2 });
      const block = floats(pool.heap, [1, 2, 3, 4]);
      const loaded = loadTest(pool, program([call("add", pointer(0), pointer(0))], [0]), 4);
      pool.bind(loaded, [block], [block]);
      pool.run(loaded, 10).then(() => pool.run(loaded, 2)).then(() => console.log(pool.heap.float32(block)[3]));`;
    const imports = `import { Pool } from "${library}"; import { call, floats, loadTest, pointer, program } from "${kernels}";`;
    const required = `const { Pool } = require(new URL("${library}").pathname);
      const { call, floats, loadTest, pointer, program } = require(new URL("${kernels}").pathname);`;
    for (const options of [
      ["--input-type=module", "-e", imports + body],
      ["--input-type=commonjs", "-e", required + body],
    ]) {
      const began = performance.now();
      const { stdout } = await promisify(execFile)(process.execPath, options, { timeout: 10_000 });
      expect(stdout).to.equal("16384\n");
      expect(performance.now() - began).to.be.lessThan(2000);
    }
  });
});
