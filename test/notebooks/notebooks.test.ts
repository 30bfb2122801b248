// The tutorials: all cells run, at a small size; what is committed has outputs and no errors, and isn't too large to read.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { removeFolder, temporaryFolder } from "../folders.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(root, "notebooks");
const notebooks = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

/** Less of everything. */
const small = JSON.parse(readFileSync(join(root, "test", "notebooks", "small.json"), "utf8")) as Readonly<
  Record<string, Readonly<Record<string, number>>>
>;

interface Output {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly ename?: string;
}

interface Cell {
  readonly cell_type: string;
  readonly outputs?: readonly Output[];
  readonly execution_count?: number | null;
}

const read = (file: string): Cell[] => (JSON.parse(readFileSync(file, "utf8")) as { cells: Cell[] }).cells;
const outputs = (cells: readonly Cell[]): Output[] => cells.flatMap((cell) => cell.outputs ?? []);
const types = (all: readonly Output[]): Set<string> => new Set(all.flatMap((one) => Object.keys(one.data ?? {})));

describe("notebooks", function () {
  this.timeout(120_000);
  let out: string;
  before(() => {
    out = temporaryFolder("notebooks");
  });
  after(() => removeFolder(out));

  it("are all known to this test", () => {
    expect(notebooks).to.have.members(Object.keys(small));
  });

  for (const name of notebooks) {
    it(`${name} runs`, () => {
      const parameters = Object.entries(small[name] ?? {}).flatMap(([key, value]) => ["--param", `${key}=${value}`]);
      const main = join(root, "dist", "kernel", "main.js");
      const ran = spawnSync(process.execPath, [main, "run", join(folder, name), "--out", out, ...parameters], {
        encoding: "utf8",
        // For what the tutorials save.
        env: { ...process.env, TMPDIR: out, TEMP: out, TMP: out },
      });
      expect(ran.status, ran.stdout + ran.stderr).to.equal(0);
      const made = outputs(read(join(out, name)));
      expect(made.filter((one) => one.output_type === "error")).to.deep.equal([]);
      expect([...types(made)]).to.include("text/html");
    });

    it(`${name} is committed with its outputs`, () => {
      expect(statSync(join(folder, name)).size).to.be.below(1_000_000);
      const cells = read(join(folder, name));
      const code = cells.filter((cell) => cell.cell_type === "code");
      expect(code.every((cell) => typeof cell.execution_count === "number")).to.equal(true);
      const made = outputs(cells);
      expect(made.filter((one) => one.output_type === "error")).to.deep.equal([]);
      // Every page shows one of these, trusted or not.
      for (const { data } of made)
        if (data && Object.keys(data).some((type) => type !== "text/plain"))
          expect("text/html" in data || "image/png" in data, Object.keys(data).join()).to.equal(true);
    });
  }
});
