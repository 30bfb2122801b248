import { expect } from "chai";
import { Heap } from "../../lib/run/wasm/heap.js";
import { defaultThreads, Pool } from "../../lib/run/wasm/pool.js";
import { barrier, call, floats, loadTest, moving, pointer, program } from "./pool.kernels.js";

const ramp = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);

describe("pool", () => {
  const pools = new Map<number, Pool>();
  const poolOf = (threads: number): Pool => {
    const pool = pools.get(threads) ?? new Pool({ threads });
    pools.set(threads, pool);
    return pool;
  };
  after(async () => {
    for (const pool of pools.values()) await pool.dispose();
  });

  for (const threads of [1, 2, 3]) {
    it(`computes the same with ${threads} thread(s)`, async () => {
      const pool = poolOf(threads);
      const { heap } = pool;
      for (const units of [1, 2, 5, 1000]) {
        const from = floats(heap, ramp(units));
        const to = floats(heap, ramp(units).fill(7));
        const arena = heap.allocate(2 * 4096);
        const steps = [
          call("affine", pointer(0), pointer(2)),
          barrier,
          call("viaScratch", pointer(2), pointer(3)),
          barrier,
          call("add", pointer(3), pointer(1), { workers: "one" }),
          barrier,
          call("add", pointer(3), pointer(1)),
        ];
        const loaded = loadTest(pool, program(steps, [0, 0], [4096, 4096]), units, 64);
        pool.bind(loaded, [from, to], [arena]);
        await pool.run(loaded);
        expect(Array.from(heap.float32(to))).to.deep.equal(ramp(units).map((value) => 7 + 2 * (2 * value + 1)));
        pool.unload(loaded);
        for (const block of [from, to, arena]) heap.free(block);
      }
    });

    it(`moves pointers in nested repeats and between repetitions with ${threads} thread(s)`, async () => {
      const pool = poolOf(threads);
      const { heap } = pool;
      // in[batch][3][2][8], out[batch][2][8]: out[batch][j] = Σ_i in[batch][i][j]
      const from = floats(heap, ramp(5 * 48));
      const to = floats(heap, new Array<number>(5 * 16).fill(0));
      const step = call("add", pointer(0, 0, [64, 32]), pointer(1, 0, [0, 32]));
      const inner = { kind: "repeat", count: 2, steps: [step], label: "inner" } as const;
      const outer = { kind: "repeat", count: 3, steps: [inner, barrier], label: "outer" } as const;
      const loaded = loadTest(pool, program([outer], [0, 0]), 8);
      pool.bind(loaded, [moving(from, 48 * 4), moving(to, 16 * 4)], [from]);
      await pool.run(loaded, 5);
      const want = ramp(80).map((at) => {
        const [batch, rest] = [Math.floor(at / 16), at % 16];
        return ramp(3).reduce((sum, i) => sum + batch * 48 + i * 16 + rest, 0);
      });
      expect(Array.from(heap.float32(to))).to.deep.equal(want);
    });

    it(`sees in one repetition what the last one wrote, with ${threads} thread(s)`, async () => {
      const pool = poolOf(threads);
      const { heap } = pool;
      const a = floats(heap, ramp(64).fill(1));
      const b = floats(heap, ramp(64).fill(0));
      // Pairs of units cross the workers: what one wrote last, another reads first.
      const steps = [
        call("add", pointer(0), pointer(1)),
        barrier,
        call("add", pointer(1, 128), pointer(0), { workers: "one" }),
      ];
      const loaded = loadTest(pool, program(steps, [0, 0]), 32);
      pool.bind(loaded, [a, b], [a]);
      await pool.run(loaded, 500);
      expect(heap.float32(a)[0]).to.equal(1);
      expect(heap.float32(b)[31]).to.equal(500);
    });

    it(`copies rows between segments with ${threads} thread(s)`, async () => {
      const pool = poolOf(threads);
      const { heap } = pool;
      for (const [rows, rowBytes] of [
        [7, 12],
        [1, 50_000],
        [100, 4000],
        [2, 70_004],
      ] as const) {
        const from = floats(heap, ramp((rows * (rowBytes + 8)) / 4));
        const to = heap.allocate(rows * (rowBytes + 4), { segment: 1 });
        heap.float32(to).fill(-1);
        const strides = { fromStrideBytes: rowBytes + 8, toStrideBytes: rowBytes + 4 };
        const copy = {
          kind: "copy",
          from: pointer(0, 4),
          to: pointer(1),
          rows,
          rowBytes,
          ...strides,
          label: "copy",
        } as const;
        const useAll = call("nothing", pointer(0), pointer(0));
        const loaded = loadTest(pool, program([copy, barrier, useAll], [0, 1]), 10);
        pool.bind(loaded, [from, to], [from, to]);
        await pool.run(loaded);
        const [width, want] = [rowBytes / 4, new Float32Array(rows * (rowBytes / 4 + 1)).fill(-1)];
        for (let row = 0; row < rows; row++) {
          want.set(ramp(width, row * (width + 2) + 1), row * (width + 1));
        }
        expect(heap.float32(to)).to.deep.equal(want);
        heap.free(from);
        heap.free(to);
      }
    });
  }

  it("runs the same program in several segments, and beyond 2 GiB", async () => {
    const pool = new Pool({ threads: 2 });
    const { heap } = pool;
    const sparse = heap.allocate(3 * 2 ** 30);
    const loaded = loadTest(pool, program([call("viaScratch", pointer(0), pointer(1))], [0, 0]), 1000, 4);
    for (const segment of [0, 1, 0]) {
      const from = floats(heap, ramp(1000, segment), segment);
      const to = heap.allocate(4000, { segment });
      if (segment === 0) expect(to.byteOffset).to.be.greaterThan(3 * 2 ** 30);
      pool.bind(loaded, [from, to], [{ segment, byteOffset: 0 }]);
      await pool.run(loaded);
      expect(Array.from(heap.float32(to))).to.deep.equal(ramp(1000, segment));
    }
    // A copy over the sign bit of an address, and into memory that appeared after the workers saw the segment.
    const far = heap.allocate(600 * 2 ** 20, { segment: 0 });
    heap.float32(far)[150_000_000] = 42;
    const from = { segment: 0, byteOffset: far.byteOffset + 600_000_000 };
    const to = { segment: 0, byteOffset: sparse.byteOffset + 2 ** 31 - 64 };
    const strides = { fromStrideBytes: 128, toStrideBytes: 128 };
    const copy = {
      kind: "copy",
      from: pointer(0),
      to: pointer(1),
      rows: 1,
      rowBytes: 128,
      ...strides,
      label: "copy",
    } as const;
    const copying = loadTest(pool, program([copy], [0, 0]), 1);
    pool.bind(copying, [from, to], [from]);
    await pool.run(copying);
    expect(new Float32Array(heap.memory(0).buffer, to.byteOffset, 1)[0]).to.equal(42);
    await pool.dispose();
  });

  it("uses memory at once that it has only just grown to", async () => {
    const pool = new Pool({ threads: 2 });
    const { heap } = pool;
    const first = floats(heap, ramp(100));
    const loaded = loadTest(pool, program([call("affine", pointer(0), pointer(1))], [0, 0]), 100);
    for (let turn = 0; turn < 50; turn++) {
      const to = heap.allocate(17 * 2 ** 20);
      pool.bind(loaded, [first, to], [first]);
      await pool.run(loaded);
      expect(heap.float32(to)[99]).to.equal(199);
    }
    await pool.dispose();
  });

  it("interleaves the turns of several users", async () => {
    const pool = poolOf(2);
    const block = floats(pool.heap, ramp(100).fill(1));
    const loaded = loadTest(pool, program([call("add", pointer(0), pointer(0))], [0]), 100);
    pool.bind(loaded, [block], [block]);
    const order: string[] = [];
    const user = async (name: string): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) {
        await pool.exclusive(async ({ run }) => {
          order.push(name);
          await run(loaded);
          order.push(name);
        });
      }
    };
    await Promise.all([user("a"), user("b"), pool.run(loaded)]);
    expect(pool.heap.float32(block)[50]).to.equal(128);
    expect(order.join(""))
      .to.match(/^(aa|bb)*$/)
      .and.have.length(12);
  });

  it("puts runs that a turn does not wait for in order", async () => {
    const pool = poolOf(2);
    const [a, b] = [floats(pool.heap, [1, 1, 1, 1]), floats(pool.heap, [2, 2, 2, 2])];
    const double = loadTest(pool, program([call("add", pointer(0), pointer(0))], [0]), 4);
    const runs = await pool.exclusive(({ run }) => {
      pool.bind(double, [a], [a]);
      return [run(double), run(double)];
    });
    const addUp = loadTest(pool, program([call("add", pointer(0), pointer(1))], [0, 0]), 4);
    pool.bind(addUp, [a, b], [a]);
    await pool.run(addUp);
    await Promise.all(runs);
    expect(Array.from(pool.heap.float32(b))).to.deep.equal([6, 6, 6, 6]);
  });

  it("measures the steps of a run", async () => {
    const pool = poolOf(2);
    const block = floats(pool.heap, ramp(100));
    const body = {
      kind: "repeat",
      count: 4,
      steps: [call("nothing", pointer(0), pointer(0)), barrier],
      label: "loop",
    } as const;
    const loaded = loadTest(pool, program([body], [0]), 100);
    pool.bind(loaded, [block], [block]);
    const profile = await pool.run(loaded, 3, { profile: true });
    const seen = profile?.steps.map(({ label, kind, depth, executions }) => [label, kind, depth, executions]);
    expect(seen).to.deep.equal([
      ["loop", "repeat", 0, 3],
      ["nothing", "call", 1, 12],
      ["barrier", "barrier", 1, 12],
    ]);
    expect(profile?.milliseconds).to.be.greaterThan(profile?.steps[1]?.milliseconds ?? Number.NaN);
    for (const { milliseconds, byWorker } of profile?.steps ?? []) {
      expect(byWorker).to.have.length(2);
      expect(byWorker[0]).to.equal(milliseconds);
    }
    // A loop's time includes what is in it, for the second worker too.
    expect(profile?.steps[0]?.byWorker[1])
      .to.be.at.least(profile?.steps[2]?.byWorker[1] ?? Number.NaN)
      .and.above(0);
    expect(await pool.run(loaded)).to.equal(undefined);
  });

  for (const threads of [1, 2]) {
    it(`hands runs over to ${threads} thread(s) in microseconds`, async () => {
      const pool = poolOf(threads);
      const block = floats(pool.heap, [1, 2]);
      const loaded = loadTest(pool, program([call("nothing", pointer(0), pointer(0))], [0]), 2);
      pool.bind(loaded, [block], [block]);
      const milliseconds: number[] = [];
      for (let turn = 0; turn < 2000; turn++) {
        const began = performance.now();
        await pool.run(loaded);
        milliseconds.push(performance.now() - began);
      }
      const median = milliseconds.toSorted((a, b) => a - b)[1000] ?? Number.NaN;
      // Not asserted: it depends on what else the machine does.
      console.log(`    hand-over to ${threads} thread(s): ${(1000 * median).toFixed(1)} µs`);
    });
  }

  it("says what is wrong with a call of its own", async () => {
    const pool = poolOf(1);
    const loaded = loadTest(pool, program([call("add", pointer(0), pointer(0))], [0]), 1);
    let message = "";
    await pool.run(loaded).catch((error: Error) => (message = error.message));
    expect(message).to.contain('"test" was not bound');
    expect(() => pool.bind(loaded, [], [])).to.throw(/expects 1 addresses and 1 arenas, received 0 and 0/);
    const [here, there] = [0, 1].map((segment) => ({ segment, byteOffset: 64 }));
    expect(() => pool.bind(loaded, [there!], [here!])).to.throw(/"external 0" in heap segment 0, received segment 1/);
    expect(() => new Pool({ threads: 1.5 })).to.throw(/whole number of threads/);
  });

  it("keeps a heap that is not its own", async () => {
    const heap = new Heap();
    const block = floats(heap, ramp(10));
    for (const threads of [1, 2]) {
      const pool = new Pool({ threads, heap });
      const loaded = loadTest(pool, program([call("viaScratch", pointer(0), pointer(0))], [0]), 10, 1000);
      pool.bind(loaded, [block], [block]);
      await pool.run(loaded);
      await pool.dispose();
    }
    expect(heap.usedBytes).to.equal(64);
  });

  it("takes the number of threads from WEFT_THREADS", () => {
    const before = process.env["WEFT_THREADS"];
    process.env["WEFT_THREADS"] = "3";
    expect(defaultThreads()).to.equal(3);
    process.env["WEFT_THREADS"] = "many";
    expect(defaultThreads).to.throw(/received "many"/);
    if (before === undefined) delete process.env["WEFT_THREADS"];
    else process.env["WEFT_THREADS"] = before;
  });
});
