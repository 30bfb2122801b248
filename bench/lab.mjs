// node bench/lab.mjs [--only WORD,…] [--workers N] [--dist FOLDER] [--seconds S]
// The kernel laboratory: times each important shape alone, on worker threads over one shared memory. WEFT_TILE=rowsxvectors tries
// another tile. Figures are the minimum and the median of many runs; "peak" is the share of 128-bit multiply-adds of the same workers.

import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

if (isMainThread) await main();
else work();

// A meeting point: [arrived, round].
function meet(control, at, workers) {
  const round = Atomics.load(control, at + 1);
  if (Atomics.add(control, at, 1) === workers - 1) {
    Atomics.store(control, at, 0);
    Atomics.add(control, at + 1, 1);
  } else while (Atomics.load(control, at + 1) === round);
}

function work() {
  const { memory, control, worker, workers } = workerData;
  parentPort.on("message", ({ module, pointers, scratch, units, seconds, warmSeconds }) => {
    const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports["0"];
    const from = Math.floor((units * worker) / workers);
    const to = Math.floor((units * (worker + 1)) / workers);
    const times = [];
    const run = (limit, keep) => {
      const end = performance.now() + limit * 1000;
      for (let go = true; go; ) {
        meet(control, 0, workers);
        const began = performance.now();
        kernel(from, to, scratch[worker], ...pointers);
        meet(control, 2, workers);
        const now = performance.now();
        if (keep) times.push(now - began);
        if (worker === 0) Atomics.store(control, 4, now < end ? 1 : 0);
        meet(control, 0, workers);
        go = Atomics.load(control, 4) === 1;
      }
    };
    run(warmSeconds, false);
    run(seconds, true);
    times.sort((a, b) => a - b);
    parentPort.postMessage({ min: times[0], median: times[times.length >> 1], runs: times.length });
  });
}

async function main() {
  const { parseArgs } = await import("node:util");
  const { values: options } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      workers: { type: "string", default: "2" },
      dist: { type: "string", default: new URL("../dist", import.meta.url).pathname },
      seconds: { type: "string", default: "0.4" },
      plan: { type: "boolean", default: false },
    },
  });
  const { pathToFileURL } = await import("node:url");
  const load = (file) => import(new URL(`lib/run/wasm/${file}.js`, pathToFileURL(`${options.dist}/`)).href);
  const { detectMachine } = await load("machine");
  const { compileModule, emitModule, units, scratchBytes } = await load("module");
  const { inTurns } = await import(new URL("lib/graph/turns.js", pathToFileURL(`${options.dist}/`)).href);
  const { planMatmul } = await load("kernels/matmulPlan");
  const { shapes, lookup, peak } = await import("./labShapes.mjs");
  const machine = detectMachine();
  const workers = Number(options.workers);
  const memory = new WebAssembly.Memory({ initial: 16384, maximum: 65536, shared: true });
  const control = new Int32Array(new SharedArrayBuffer(64));
  new Float32Array(memory.buffer, 0, 2 ** 28 / 2).fill(0.01);
  const crew = Array.from(
    { length: workers },
    (_, worker) => new Worker(new URL(import.meta.url), { workerData: { memory, control, worker, workers } }),
  );

  const time = async (spec, sizes) => {
    const began = performance.now();
    const module = await compileModule(await inTurns(emitModule([spec], machine, lookup)));
    const compileMs = performance.now() - began;
    // Cache lines between arrays, or streams alias.
    let next = 4096;
    const pointers = sizes.map((elements, i) => {
      if (elements < 0) return undefined;
      const at = next;
      next = Math.ceil((next + elements * 4) / 4096) * 4096 + 64 * (2 * i + 3);
      return at;
    });
    sizes.forEach((elements, i) => {
      if (elements < 0) pointers[i] = pointers[-elements - 1];
    });
    const scratch = crew.map(
      (_, i) =>
        Math.ceil(next / 4096) * 4096 + 1024 + i * (Math.ceil(scratchBytes(spec, machine) / 4096) * 4096 + 4096 * 16),
    );
    const message = {
      module,
      pointers,
      scratch,
      units: units(spec, machine),
      seconds: Number(options.seconds),
      warmSeconds: 0.25,
    };
    const answers = crew.map((worker) => new Promise((resolve) => worker.once("message", resolve)));
    for (const worker of crew) worker.postMessage(message);
    return { ...(await Promise.all(answers))[0], compileMs };
  };

  const peakTime = await time(peak.spec, peak.sizes);
  const peakFlops = (peak.flops / peakTime.min) * 1e-6;
  console.log(
    `Node ${process.versions.node}, ${workers} workers, fma ${machine.fma}, tile ${machine.tile.rows}x${machine.tile.vectors}, cached matmul ${peakFlops.toFixed(1)} GFLOPS`,
  );
  const wanted = options.only.split(",").filter(Boolean);
  for (const { name, spec, sizes, flops, bytes } of shapes) {
    if (wanted.length && !wanted.some((word) => name.includes(word))) continue;
    const { min, median, compileMs } = await time(spec, sizes);
    const rate = [
      flops && `${((flops / min) * 1e-6).toFixed(1).padStart(6)} GFLOPS`,
      bytes && `${((bytes / min) * 1e-6).toFixed(1).padStart(6)} GB/s`,
    ];
    console.log(
      `${name.padEnd(44)} ${min.toFixed(3).padStart(9)} ms (median ${median.toFixed(3)}) ${rate.filter(Boolean).join(" ")}  compile ${compileMs.toFixed(1)}`,
    );
    if (options.plan && spec.family === "matmul") {
      const { splat, vector, inputs, outputs, ...rest } = planMatmul(spec, machine);
      console.log("   ", JSON.stringify(rest));
    }
  }
  for (const worker of crew) worker.terminate();
}
