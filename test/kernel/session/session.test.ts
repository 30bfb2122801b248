// Cells over the whole kernel: what they show, how they end, and what they can't break.

import { expect } from "chai";
import { Kernel } from "./kernel.js";

const training = `
import { dense, input, model } from "weft";
const x = input([8]);
const m = model({ inputs: x, outputs: dense(1)(dense(64, { activation: "relu" })(x)) });
m.compile({ optimizer: "adam", loss: "mean_squared_error" });
const rows = Array.from({ length: 512 }, (_, i) => Array.from({ length: 8 }, (_, j) => Math.sin(i * j)));
const sums = rows.map((row) => [row.reduce((a, b) => a + b)]);
`;

describe("session: the whole kernel", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start({ "numbers.ts": "export const seven: number = 7;\n" });
  });
  after(async () => {
    expect(await kernel.close()).to.equal(0);
    expect(kernel.terminal).to.equal("");
  });

  it("gives the last expression as result, unless a semicolon hides it", async () => {
    expect((await kernel.run("const a: number = 1\na + 1")).result).to.deep.equal({ "text/plain": "2" });
    expect((await kernel.run("a + 2;")).result).to.equal(undefined);
    expect((await kernel.run("undefined")).result).to.equal(undefined);
    expect((await kernel.run("null")).result).to.deep.equal({ "text/plain": "null" });
    expect((await kernel.run('import { seven } from "./numbers";\nseven * a')).result).to.deep.equal({
      "text/plain": "7",
    });
  });

  it("names the user's line of a thrown error and of a wrong type", async () => {
    const thrown = await kernel.run("function f() {\n  throw new RangeError('no');\n}\nf()");
    expect(thrown.reply).to.include({ status: "error", ename: "RangeError", evalue: "no" });
    const trace = (thrown.reply["traceback"] as string[]).join("\n");
    expect(trace).to.match(/cell \d+, line 2/);
    expect(trace).not.to.contain("node_modules");
    const wrong = await kernel.run('const n: number = "one"');
    expect((wrong.reply["traceback"] as string[]).join("\n")).to.match(/\^/);
    expect(wrong.reply["status"]).to.equal("error");
  });

  it("shows the graph before a call that couldn't be made, and then the error", async () => {
    const ran = await kernel.run('import { dense, input, lstm } from "weft"; lstm(4)(dense(3)(input([5])))');
    expect(ran.reply).to.include({ status: "error", ename: "ShapeError" });
    expect(ran.shown.map((one) => one.type)).to.deep.equal(["display_data"]);
    const data = ran.shown[0]?.content["data"] as Record<string, string>;
    expect(data["text/html"]).to.contain("<svg").and.contain("✗ (None, 3)");
    expect(data["text/plain"]).to.contain("ShapeError: lstm");
    expect((await kernel.run('dense(3, { activation: "rleu" as "relu" })')).shown).to.deep.equal([]);
  });

  it("shows, updates and clears", async () => {
    const ran = await kernel.run(
      'const shown = display("one", { id: "d" }); shown.update("two"); display("three", { id: "d", update: true }); clearOutput({ wait: true })',
    );
    expect(
      ran.shown.map((one) => [one.type, (one.content["data"] as { "text/plain"?: string })?.["text/plain"]]),
    ).to.deep.equal([
      ["display_data", "'one'"],
      ["update_display_data", "'two'"],
      ["update_display_data", "'three'"],
      ["clear_output", undefined],
    ]);
    expect(
      ran.shown.slice(0, 3).every((one) => (one.content["transient"] as { display_id: string }).display_id === "d"),
    ).to.equal(true);
  });

  it("outlives uncaught errors, rejections and calls that end a process", async () => {
    const ran = await kernel.run(
      'setTimeout(() => { throw new Error("late") }, 5); void Promise.reject(new Error("never caught")); await new Promise((r) => setTimeout(r, 50))',
    );
    expect(ran.reply["status"]).to.equal("ok");
    expect(ran.text).to.contain("late").and.contain("never caught");
    const exit = await kernel.run("process.exit(3)");
    expect(exit.reply["status"]).to.equal("error");
    expect(exit.reply["evalue"]).to.contain("process.exit");
    expect((await kernel.run("a")).result).to.deep.equal({ "text/plain": "1" });
  });

  it("keeps what a failed cell declared before it failed", async () => {
    expect((await kernel.run('const kept = 5; throw new Error("then")')).reply["status"]).to.equal("error");
    expect((await kernel.run("kept")).result).to.deep.equal({ "text/plain": "5" });
  });

  it("evaluates user expressions, each by itself", async () => {
    const { reply } = await kernel.run("const u = 4", { user_expressions: { good: "u * 2", bad: "nothing.here" } });
    const found = reply["user_expressions"] as Record<string, Record<string, unknown>>;
    expect(found["good"]).to.deep.include({ status: "ok", data: { "text/plain": "8" } });
    expect(found["bad"]?.["status"]).to.equal("error");
  });

  it("asks for input", async () => {
    const id = kernel.begin('const answer = prompt("name?"); "hello " + answer');
    const asked = await kernel.front.next((one) => one.type === "input_request" && one.parent["msg_id"] === id);
    expect(asked.content).to.deep.equal({ prompt: "name?", password: false });
    kernel.front.send("input_reply", { value: "Ada" }, { channel: "stdin", parent: asked.header });
    expect((await kernel.end(id)).result).to.deep.equal({ "text/plain": "'hello Ada'" });
  });

  it("completes Weft's names, options and strings while a cell runs", async () => {
    await kernel.run('import * as weft from "weft"');
    const id = kernel.begin("await new Promise((r) => setTimeout(r, 1500))");
    const matches = async (code: string): Promise<string[]> => {
      const reply = await kernel.front.reply(
        kernel.front.send("complete_request", { code, cursor_pos: code.length }),
        10_000,
      );
      return reply.content["matches"] as string[];
    };
    expect(await matches("weft.global")).to.include("globalAveragePooling2d");
    expect(await matches('weft.dense(64, { activation: "re')).to.include("relu");
    expect(await matches("weft.dense(64, { kernel")).to.include("kernelInitializer");
    await kernel.end(id);
  });

  for (const way of ["message", "signal"] as const)
    it(`ends a training at the end of its step, by a ${way}, with weights and history`, async function () {
      if (way === "signal" && process.platform === "win32") {
        console.log("      skipped: Windows has no SIGINT for processes");
        this.skip();
      }
      await kernel.run(training);
      const id = kernel.begin(
        "const begun = { onEpochEnd: (epoch: number) => { if (epoch === 0) console.log('an epoch'); } };\n" +
          "const history = await m.fit(rows, sums, { epochs: 100_000, batchSize: 16, verbose: 0, callbacks: [begun] });\n" +
          "history.epoch.length",
      );
      await kernel.front.next((one) => one.type === "stream" && one.parent["msg_id"] === id, 20_000);
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        const asked = performance.now();
        await kernel.front.reply(kernel.front.send("kernel_info_request"));
        times.push(performance.now() - asked);
      }
      expect(times.sort((a, b) => a - b)[3], `kernel_info while it trains: ${times}`).to.be.below(50);
      const started = performance.now();
      if (way === "signal") kernel.process.kill("SIGINT");
      else await kernel.front.ask("interrupt_request", {}, { channel: "control" });
      const ran = await kernel.end(id);
      expect(performance.now() - started).to.be.below(1000);
      expect(ran.reply["status"], JSON.stringify(ran.reply)).to.equal("ok");
      expect(Number(ran.result?.["text/plain"])).to.be.above(0);
      const after = await kernel.run("const { loss } = await m.evaluate(rows, sums);\nloss < history.history.loss[0]!");
      expect(after.result, JSON.stringify(after.reply)).to.deep.equal({ "text/plain": "true" });
    });

  it("runs cells of plain JavaScript through the second kernel", async () => {
    const other = await Kernel.start({}, "--javascript");
    expect((await other.run("let x = 1; x = 'text'; x + 1")).result).to.deep.equal({ "text/plain": "'text1'" });
    expect((await other.run('const weft = await import("weft"); typeof weft.dense')).result).to.deep.equal({
      "text/plain": "'function'",
    });
    expect(await other.close()).to.equal(0);
  });
});
