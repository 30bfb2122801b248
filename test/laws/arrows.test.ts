// Imports go one way: graph ← ops ← catalog; ops ← lower ← plan; programs ← run; all of these ← backend ← train ← index; the
// kernel stands on the library, its wire on nothing.

import { expect } from "chai";
import { importsOf, type SourceFile, sourcesIn } from "./imports.js";

/** A room of the project: a folder, or the few files of a folder that others may know when they may not know the rest. */
function roomOf(path: string): string {
  // What lowering writes and the pool runs: the words that both sides speak.
  if (/^lib\/plan\/(program|key)\.ts$/.test(path)) return "lib/plan/program";
  const parts = path.split("/");
  const depth = parts[0] === "lib" && parts[1] !== "catalog" ? 2 : parts[0] === "lib" ? 3 : 2;
  return parts.slice(0, Math.min(depth, parts.length)).join("/");
}

const everything = ["lib/"];

/** How things are written, for everyone: imports nothing itself. */
const words = "lib/graph/bytes.ts";

/** By room: the rooms it may import from, besides itself. A name that ends in a slash stands for all rooms that begin so. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "lib/graph": [],
  "lib/catalog/ops": ["lib/graph"],
  "lib/catalog/config.ts": ["lib/graph"],
  "lib/catalog/fill.ts": ["lib/graph", "lib/catalog/ops"],
  "lib/catalog/activations": ["lib/graph", "lib/catalog/ops"],
  "lib/catalog/constraints": ["lib/graph", "lib/catalog/ops", "lib/catalog/config.ts"],
  "lib/catalog/regularizers": ["lib/graph", "lib/catalog/ops", "lib/catalog/config.ts"],
  "lib/catalog/initializers": ["lib/graph", "lib/catalog/ops", "lib/catalog/config.ts", "lib/catalog/fill.ts"],
  "lib/catalog/schedules": ["lib/graph", "lib/catalog/ops", "lib/catalog/config.ts"],
  "lib/catalog/losses": ["lib/graph", "lib/catalog/ops", "lib/catalog/config.ts"],
  "lib/catalog/metrics": [
    "lib/graph",
    "lib/catalog/ops",
    "lib/catalog/config.ts",
    "lib/catalog/fill.ts",
    "lib/catalog/losses",
  ],
  "lib/catalog/optimizers": [
    "lib/graph",
    "lib/catalog/ops",
    "lib/catalog/config.ts",
    "lib/catalog/fill.ts",
    "lib/catalog/schedules",
  ],
  "lib/catalog/layers": [
    "lib/graph",
    "lib/catalog/ops",
    "lib/catalog/config.ts",
    "lib/catalog/fill.ts",
    "lib/catalog/activations",
    "lib/catalog/constraints",
    "lib/catalog/regularizers",
    "lib/catalog/initializers",
  ],
  "lib/catalog/callbacks": ["lib/graph"],
  "lib/catalog/namespaces.ts": ["lib/graph", "lib/catalog/"],
  "lib/plan/program": ["lib/graph"],
  "lib/lower": ["lib/graph", "lib/catalog/ops", "lib/plan/program"],
  "lib/plan": ["lib/graph", "lib/lower", "lib/plan/program"],
  "lib/run": ["lib/graph", "lib/plan/program"],
  "lib/backend": ["lib/graph", "lib/catalog/ops", "lib/lower", "lib/plan", "lib/plan/program", "lib/run"],
  "lib/show": ["lib/graph", "lib/catalog/callbacks"],
  "lib/train": ["lib/graph", "lib/catalog/", "lib/lower", "lib/backend", "lib/show"],
  "lib/index.ts": everything,
  "kernel/debug": [],
  "kernel/wire": ["kernel/debug"],
  "kernel/display": everything,
  // Front ends of kernels: what they know of one is its protocol.
  "kernel/notebook": ["kernel/wire"],
  "kernel/html": ["kernel/wire", "kernel/notebook", "kernel/display"],
  "kernel/server": ["kernel/wire", "kernel/notebook", "kernel/html", "kernel/install.ts", "kernel/logo.ts"],
  "kernel/run": ["kernel/wire", "kernel/notebook", "kernel/html", "kernel/server"],
  // In the browser: what it knows of the server is its protocol. Sketches run models there.
  "kernel/page": ["lib/backend"],
  // What brings the rooms of the kernel together.
  "kernel/cell": [...everything, "kernel/"],
  "kernel/session": [...everything, "kernel/"],
  "kernel/": [...everything, "kernel/"],
};

/** Packages that only some parts of the project may know. */
const packages: Readonly<Record<string, readonly string[]>> = {
  tslab: ["kernel/cell/"],
  "@tslab/typescript-for-tslab": ["kernel/cell/"],
  // Both ends of the sockets.
  zeromq: ["kernel/wire/", "kernel/server/kernels/"],
};

const covers = (rule: string, room: string): boolean => (rule.endsWith("/") ? room.startsWith(rule) : rule === room);

/** Imports that go the wrong way. */
function wrongArrows(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    const allowed =
      arrows[room] ?? (room.startsWith("kernel/") && room.endsWith(".ts") ? arrows["kernel/"] : undefined);
    if (!allowed) return [`${file.path}: say in test/laws/arrows.test.ts what ${room} may import`];
    return importsOf(file).flatMap((name) => {
      if (!/^(lib|kernel)\//.test(name)) {
        const homes = packages[name];
        const isAway = homes && !homes.some((home) => file.path.startsWith(home));
        return isAway ? [`${file.path} imports ${name}, which only ${homes.join(" and ")} may`] : [];
      }
      if (name === words) return [];
      const target = roomOf(name);
      return target === room || allowed.some((rule) => covers(rule, target)) ? [] : [`${file.path} imports ${name}`];
    });
  });
}

describe("law: imports go one way", () => {
  it("in lib and kernel", () => {
    const files = [...sourcesIn("lib"), ...sourcesIn("kernel")];
    expect(files.length).greaterThan(300);
    expect(wrongArrows(files)).deep.equal([]);
  });

  it("catches an arrow that goes back, however it is written", () => {
    const wrong = (path: string, text: string): number => wrongArrows([{ path, text }]).length;
    expect(wrong("lib/graph/new.ts", 'import { add } from "../catalog/ops/add.js";')).equal(1);
    expect(wrong("lib/run/wasm/new.ts", 'import type { Value } from "../../lower/lowered.js";')).equal(1);
    expect(wrong("lib/run/wasm/new.ts", 'import type { Program } from "../../plan/program.js";')).equal(0);
    expect(wrong("lib/train/new.ts", 'const made = await import("../../kernel/display/index.js");')).equal(1);
    expect(wrong("lib/catalog/ops/new.ts", 'new Worker(new URL("../../run/wasm/worker.js", import.meta.url))')).equal(
      1,
    );
    expect(wrong("kernel/wire/new.ts", 'export { display } from "../../lib/index.js";')).equal(1);
    expect(wrong("kernel/session/new.ts", 'import * as tslab from "tslab";')).equal(1);
    expect(wrong("lib/other/new.ts", "")).equal(1);
  });
});
