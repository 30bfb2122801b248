// npm run build && node bench/kernels.mjs [--rounds N] [--python VENV_PYTHON] [--deno DENO] [--only NAME,…] [--json FILE]
// How soon Jupyter kernels answer: start to first reply, a trivial cell, the first import of a library, completion; memory after that.
// Each kernel is started anew in every round, kernels take turns, and medians are printed: of the starts over rounds, of the
// others over all requests. Stock tslab comes with Weft; ipykernel and Deno's kernel are measured when their commands are given.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nodeFlags } from "../dist/kernel/install.js";
import { connectionFile, Front, freeConnection } from "../dist/test/kernel/wire/front.js";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    cells: { type: "string", default: "30" },
    python: { type: "string" },
    deno: { type: "string" },
    only: { type: "string" },
    json: { type: "string" },
  },
});

const require = createRequire(import.meta.url);
const typescript = { trivial: "1 + 1", completion: { code: "Math.ma", wants: "max" } };
const contenders = {
  weft: {
    command: (file) => [process.execPath, ...nodeFlags, "dist/kernel/main.js", "kernel", "--connection-file", file],
    load: 'import * as weft from "weft"; weft.dense',
    ...typescript,
  },
  tslab: {
    command: (file) => [process.execPath, require.resolve("tslab/bin/tslab"), "kernel", `--config-path=${file}`],
    ...typescript,
  },
  ...(options.python && {
    ipykernel: {
      command: (file) => [options.python, "-m", "ipykernel_launcher", "-f", file],
      trivial: "1 + 1",
      completion: { code: "import math\nmath.flo", wants: "floor" },
    },
  }),
  ...(options.deno && {
    deno: { command: (file) => [options.deno, "jupyter", "--kernel", "--conn", file], ...typescript },
  }),
};

const names = options.only?.split(",") ?? Object.keys(contenders);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rows = new Map(
  names.map((name) => [name, { startMs: [], cellMs: [], loadMs: [], completionMs: [], rssBytes: [] }]),
);

async function timed(into, work) {
  const start = performance.now();
  const done = await work();
  into.push(performance.now() - start);
  return done;
}

function expectStatus(reply, name) {
  if (reply.content.status !== "ok") throw new Error(`${name}: ${JSON.stringify(reply.content).slice(0, 300)}`);
}

/** Resident memory of a process and its children, where the system says it as Linux does. */
function residentBytes(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN) * 1024;
    return children.reduce((sum, child) => sum + residentBytes(child), own);
  } catch {
    return Number.NaN;
  }
}

async function measure(name, row) {
  const { command, trivial, load, completion } = contenders[name];
  const folder = mkdtempSync(join(tmpdir(), "kernels-"));
  const connection = await freeConnection();
  const file = connectionFile(folder, connection);
  const started = performance.now();
  const [program, ...args] = command(file);
  const kernel = spawn(program, args, { stdio: "ignore", env: { ...process.env, JUPYTER_DATA_DIR: folder } });
  const front = new Front(connection);
  try {
    await front.reply(front.send("kernel_info_request"), 30_000);
    row.startMs.push(performance.now() - started);
    // A subscription takes a moment, and only new kernels welcome it.
    while (!front.heard.some((one) => one.channel === "iopub")) {
      front.send("kernel_info_request");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // What a kernel still prepares when it has answered belongs to its first cell, not to the medians.
    expectStatus(await front.ask("execute_request", { code: trivial }, {}, 30_000), name);
    if (load)
      expectStatus(await timed(row.loadMs, () => front.ask("execute_request", { code: load }, {}, 30_000)), name);
    for (let i = 0; i < Number(options.cells); i++)
      expectStatus(await timed(row.cellMs, () => front.ask("execute_request", { code: trivial }, {}, 30_000)), name);
    for (let i = 0; i < Number(options.cells); i++) {
      const { code, wants } = completion;
      const ask = () => front.reply(front.send("complete_request", { code, cursor_pos: code.length }), 30_000);
      const { content } = await timed(row.completionMs, ask);
      if (!content.matches.some((match) => match.includes(wants))) throw new Error(`${name} doesn't complete ${code}`);
    }
    row.rssBytes.push(residentBytes(kernel.pid));
  } finally {
    kernel.kill("SIGKILL");
    front.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

for (let round = 0; round < Number(options.rounds); round++)
  for (const name of names) {
    process.stderr.write(`round ${round + 1}: ${name}\n`);
    await measure(name, rows.get(name));
  }

const table = [...rows].map(([kernel, row]) => ({
  kernel,
  ...Object.fromEntries(
    Object.entries(row).map(([what, values]) => [what, values.length ? Math.round(median(values) * 10) / 10 : null]),
  ),
}));
console.table(table.map(({ rssBytes, ...row }) => ({ ...row, rssMB: rssBytes && Math.round(rssBytes / 1e6) })));
if (options.json) writeFileSync(options.json, `${JSON.stringify(table, null, 2)}\n`);
process.exit(0);
