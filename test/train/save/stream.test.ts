// Large weights are written and read in pieces: how much memory that takes, and how far it has come.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import type { PublishOptions } from "../../../lib/show/notebook.js";
import { notebook } from "../../../lib/show/notebook.js";
import { progressOf } from "../../../lib/train/save/progress.js";
import type { Streamed } from "./streamer.js";

/** Numbers in the weight; before a release .ci/run takes 400, which are 1.6 GB. */
const millions = Number(process.env["WEFT_MILLIONS"] ?? 80);
const largestExtraMegabytes = 256;

describe("a large weight", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const run = async (file: string, what: "write" | "read"): Promise<Streamed> => {
    const script = fileURLToPath(new URL("./streamer.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, join(folder, file), what, `${millions}`]);
    return JSON.parse(stdout) as Streamed;
  };

  for (const ending of ["keras", "safetensors", "onnx"]) {
    it(`is streamed to and from .${ending}`, async function () {
      this.timeout(30_000 + 1_000 * millions);
      const file = `m.${ending}`;
      const written = await run(file, "write");
      expect(written.weightMegabytes, "else nothing is shown").greaterThan(largestExtraMegabytes);
      const all = [written, ...(ending === "onnx" ? [] : [await run(file, "read")])];
      const extra = all.map(({ extraMegabytes }) => Math.round(extraMegabytes));
      console.log(`    ${Math.round(written.weightMegabytes)} MB in .${ending}: ${extra.join(" and ")} MB more`);
      for (const { predicted, extraMegabytes } of all) {
        expect(predicted).deep.equal(written.predicted);
        expect(extraMegabytes).lessThan(largestExtraMegabytes);
      }
      await rm(join(folder, file));
    });
  }

  it("shows how far it has come, in a notebook, in one place", async () => {
    const shown: [string, PublishOptions][] = [];
    notebook.current = {
      draw: () => null,
      publish: (value, options) => {
        shown.push([String(value), options]);
        return "id";
      },
      clear() {},
      progress: () => ({}),
      onInterrupt: () => () => {},
    };
    try {
      const total = 2 ** 28;
      const progress = progressOf("saving m.keras", total);
      for (let i = 0; i < 4; i++) {
        progress.report(total / 4);
        await new Promise((resolve) => setTimeout(resolve, 130));
      }
      progress.end();
      // Small files are done before anyone could read it.
      progressOf("saving small.keras", 2 ** 20).end();
    } finally {
      notebook.current = null;
    }
    const lines = shown.map(([line]) => line);
    expect(lines.length).within(2, 5);
    expect(lines.every((line) => /^saving m\.keras [━ ]{20} [\d.]+ MB of 256\.00 MB$/.test(line))).equal(true);
    expect(lines.at(-1)).equal(`saving m.keras ${"━".repeat(20)} 256.00 MB of 256.00 MB`);
    expect(shown.map(([, { update }]) => update ?? false)).deep.equal([false, ...lines.slice(1).map(() => true)]);
  });
});
