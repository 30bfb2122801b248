// Mutated files of every format: none brings the process down, takes 2 seconds or 512 MB, or raises an error that isn't one of ours. Every
// day others are tried; .ci/run tries 1,500, and 5,000 before a release.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Verdict } from "./fuzzer.js";
import { hungryFiles } from "./hungry.js";

/** Mutated files in all. */
const mutations = Number(process.env["WEFT_FUZZ"] ?? 300);
/** Days since 1970, or WEFT_FUZZ_DAY. */
const day = Number(process.env["WEFT_FUZZ_DAY"] ?? Math.floor(Date.now() / 86_400_000));
/** For one process each; HDF5's take longest. */
const kinds = [
  ["weights", "settings", "archive", "config", "npy"],
  ["older", "named", "layers", "npz", "safetensors"],
];
const limits = { milliseconds: 2_000, megabytes: 512 };

async function verdicts(folder: string, own: readonly string[], first: number, count: number): Promise<Verdict[]> {
  const script = fileURLToPath(new URL("./fuzzer.js", import.meta.url));
  const given = [await mkdtemp(join(folder, "fuzz-")), own.join(","), first, count].map(String);
  const child = spawn(process.execPath, [script, ...given], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  const lines = said.split("\n").slice(0, -1);
  expect(code, `the process died after ${lines.at(-1)}`).equal(0);
  return lines.map((line) => JSON.parse(line) as Verdict);
}

async function judge(folder: string, all: readonly Verdict[]): Promise<void> {
  for (const { kind, seed, milliseconds, megabytes, error } of all) {
    const label = `${kind} ${seed}`;
    expect(error, label).not.match(/^!/);
    // What others do on this machine takes its time too: a file that hangs does so every time.
    let soonest = milliseconds;
    for (let tries = 0; soonest >= limits.milliseconds && tries < 3; tries++)
      for (const again of await verdicts(folder, [kind], seed, 1)) soonest = Math.min(soonest, again.milliseconds);
    expect(soonest, `milliseconds for ${label}`).lessThan(limits.milliseconds);
    expect(megabytes, `megabytes after ${label}`).lessThan(limits.megabytes);
  }
}

describe("files of every format", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-test-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("that are mutated are refused, or read, soon and with little memory", async function () {
    this.timeout(60_000 + 200 * mutations);
    const each = Math.ceil(mutations / kinds.flat().length);
    const all = (await Promise.all(kinds.map((own) => verdicts(folder, own, day * each, each)))).flat();
    expect(all).lengthOf(each * kinds.flat().length);
    await judge(folder, all);
    const most = (what: "milliseconds" | "megabytes"): number => Math.round(Math.max(...all.map((one) => one[what])));
    const refused = all.filter(({ error }) => error !== "").length;
    console.log(
      `    ${all.length} mutated files, ${refused} refused: at most ${most("milliseconds")} ms and ${most("megabytes")} MB (day ${day})`,
    );
    // Some mutants are sound, but not many.
    expect(refused).greaterThan(all.length / 3);
  });

  for (const [i, { name, refused }] of hungryFiles.entries()) {
    it(`that are small and claim much: ${name} is ${refused ? "refused" : "read"}`, async () => {
      const all = await verdicts(folder, ["hungry"], i, 1);
      await judge(folder, all);
      expect(all.map(({ error }) => error !== "")).deep.equal([refused]);
    });
  }
});
