// Cells of the whole kernel that are interrupted in every state they can be in.

import { expect } from "chai";
import { Kernel } from "./kernel.js";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Each sets `i` to 1 before it hangs. */
const hanging: Readonly<Record<string, string>> = {
  "waits in a loop": "while (true) { i = 1; await new Promise((resolve) => setTimeout(resolve, 5)); }",
  "waits in a loop of a function":
    "async function loop() { while (true) { i = 1; await new Promise((resolve) => setTimeout(resolve, 5)); } }\nawait loop();",
  "waits in a loop of a function of an older cell": "await olderLoop(() => { i = 1; });",
  "waits for a promise that never settles": "i = 1; await new Promise(() => {});",
  "walks through a generator":
    "async function* all() { for (let k = 0; ; k++) yield k; }\nfor await (const k of all()) { i = 1; }",
  "walks through a timer":
    "import { setInterval as every } from 'node:timers/promises';\nfor await (const _ of every(5)) { i = 1; }",
  computes: "i = 1; while (true) {}",
  "computes after an await": "await new Promise((resolve) => setTimeout(resolve, 5)); i = 1; while (true) {}",
  "computes in an awaited function": "async function busy() { await null; i = 1; while (true) {} }\nawait busy();",
  "computes in a timer": "setTimeout(() => { i = 1; while (true) {} }, 5); await new Promise(() => {});",
  "computes beside a promise that waits":
    "async function other() { await new Promise(() => {}); }\nvoid other(); i = 1; while (true) {}",
  "computes in a function of an older cell": "i = 1; olderBusy();",
  "sleeps on an atomic": "i = 1; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
  "catches the first interrupt": "try { i = 1; await new Promise(() => {}); } catch {}\nawait new Promise(() => {});",
};

describe("session: interrupts", function () {
  this.timeout(20_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    await kernel.run(`let i = 0; let finallyRan = false; const before = "kept";
async function olderLoop(each: () => void) { while (true) { each(); await new Promise((resolve) => setTimeout(resolve, 5)); } }
function olderBusy() { while (true) {} }`);
  });
  after(async () => {
    expect(await kernel.close()).to.equal(0);
  });

  const interrupt = async (): Promise<void> => {
    await kernel.front.ask("interrupt_request", {}, { channel: "control" });
  };

  for (const [what, code] of Object.entries(hanging))
    it(`end a cell that ${what} and keep its variables`, async () => {
      await kernel.run("i = 0");
      const id = kernel.begin(`const own = ${JSON.stringify(what)}; display(0);\n${code}\nlet never = 1;`);
      await kernel.front.next((one) => one.type === "display_data" && one.parent["msg_id"] === id);
      await sleep(100);
      if (what === "catches the first interrupt") {
        await interrupt();
        await sleep(200);
      }
      const started = performance.now();
      await interrupt();
      const { reply } = await kernel.end(id);
      expect(performance.now() - started).to.be.below(1000);
      expect(reply).to.include({ status: "error", ename: "KeyboardInterrupt" });
      const kept = await kernel.run("[i, before, own]");
      expect(kept.result, JSON.stringify(kept.reply)).to.deep.equal({ "text/plain": `[ 1, 'kept', '${what}' ]` });
      expect((await kernel.run("never")).reply["ename"]).to.equal("TypeScriptError");
    });

  it("run what stands in finally", async () => {
    const id = kernel.begin("display(0); try { await new Promise(() => {}); } finally { finallyRan = true; }");
    await kernel.front.next((one) => one.type === "display_data" && one.parent["msg_id"] === id);
    await interrupt();
    expect((await kernel.end(id)).reply["ename"]).to.equal("KeyboardInterrupt");
    expect((await kernel.run("finallyRan")).result).to.deep.equal({ "text/plain": "true" });
  });

  it("say where the cell waited", async () => {
    const id = kernel.begin("display(0);\n\nawait new Promise(() => {});");
    await kernel.front.next((one) => one.type === "display_data" && one.parent["msg_id"] === id);
    await interrupt();
    expect(((await kernel.end(id)).reply["traceback"] as string[]).join("\n")).to.match(/cell \d+, line 3/);
  });
});
