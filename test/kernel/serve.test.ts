import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";

const main = fileURLToPath(new URL("../../kernel/main.js", import.meta.url));

describe("weft notebook", () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "weft-serve-")));
    await writeFile(join(folder, "a b.ipynb"), "{}");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [main, ...args, "--no-browser"], {
      env: { ...process.env, JUPYTER_DATA_DIR: join(folder, "data") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    const address = new Promise<URL>((resolve, reject) => {
      const hear = (data: unknown): void => {
        said += data;
        const found = /http:\S+/.exec(said)?.[0];
        if (found) resolve(new URL(found));
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", () => reject(new Error(said)));
    });
    return { child, address, exit: once(child, "exit") as Promise<[number | null]> };
  };

  it("serves the page at the printed address, and leaves nothing behind after Ctrl-C", async function () {
    if (process.platform === "win32") {
      console.log("      skipped: a test can't press Ctrl-C on Windows");
      return this.skip();
    }
    const { child, address, exit } = start("notebook", join(folder, "a b.ipynb"), "--port", "0");
    const url = await address;
    assert.equal(url.pathname, "/notebooks/a%20b.ipynb");
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.include(await page.text(), "/page.js");
    assert.equal((await fetch(`${url.origin}/page.js${url.search}`)).status, 200);
    assert.equal((await fetch(url.origin)).status, 403);
    const listed = (await (await fetch(`${url.origin}/api/contents${url.search}`)).json()) as {
      content: { name: string }[];
    };
    assert.include(
      listed.content.map((one) => one.name),
      "a b.ipynb",
    );
    await fetch(`${url.origin}/api/kernels${url.search}`, { method: "POST", body: "{}" });
    const processes = () =>
      execFileSync("ps", ["-eo", "pid,ppid"], { encoding: "utf8" })
        .split("\n")
        .map((line) => line.trim().split(/\s+/));
    const kernels = processes().filter(([, parent]) => parent === String(child.pid));
    assert.lengthOf(kernels, 1);
    child.kill("SIGINT");
    assert.equal((await exit)[0], 0);
    assert.notInclude(
      processes().map(([pid]) => pid),
      kernels[0]?.[0],
    );
    return undefined;
  });

  it("says what it can't open", async () => {
    const { address, exit } = start("notebook", join(folder, "none"));
    const error = await address.catch((reason: Error) => reason);
    assert.match((error as Error).message, /weft: there is no folder or notebook .*none/);
    assert.equal((await exit)[0], 1);
    const away = start("notebook", "../..", "--root", folder);
    assert.match(((await away.address.catch((reason: Error) => reason)) as Error).message, /is not in/);
  });
});
