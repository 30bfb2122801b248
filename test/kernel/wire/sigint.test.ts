import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";

const watch = JSON.stringify(new URL("../../../kernel/wire/sigint.js", import.meta.url).href);

/** Tells its process when signals are heard, and notes one in the memory that it was given. */
const thread = `
const { parentPort, workerData } = await import("node:worker_threads");
const { onSigint } = await import(${watch});
await onSigint(() => Atomics.store(workerData, 0, 1)).watching;
parentPort.on("message", () => {}); // it lives on
parentPort.postMessage("now");
`;

/** A process whose main thread computes as soon as its other thread says that, and is sent a signal then. */
const script = `
const { Worker } = await import("node:worker_threads");
const heard = new Int32Array(new SharedArrayBuffer(4));
const url = new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(thread)}));
new Worker(url, { workerData: heard }).once("message", () => {
  process.kill(process.pid, "SIGINT");
  const end = performance.now() + 10_000;
  while (Atomics.load(heard, 0) === 0 && performance.now() < end);
  process.exit(Atomics.load(heard, 0) === 1 ? 0 : 1);
});
`;

describe("wire: the watch for signals", () => {
  it("hears the first one, from the moment that it says so", async function () {
    if (process.platform === "win32") {
      console.log("      skipped: Windows has no SIGINT for processes");
      return this.skip();
    }
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    expect(await once(child, "exit")).to.deep.equal([0, null]);
    return undefined;
  });
});
