// The debugger over raw sockets, in the words of JupyterLab.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Json } from "../../../kernel/wire/messages.js";
import type { Heard } from "../wire/front.js";
import { Kernel } from "./kernel.js";

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source: { readonly path: string; readonly name: string };
}

interface Shown {
  readonly name: string;
  readonly value: string;
  readonly evaluateName: string;
  readonly variablesReference: number;
}

/** What bodies of responses and events hold, each some of it. */
interface Body extends Json {
  readonly sourcePath: string;
  readonly content: string;
  readonly tmpFilePrefix: string;
  readonly reason: string;
  readonly result: string;
  readonly stackFrames: readonly Frame[];
  readonly scopes: readonly { readonly name: string; readonly variablesReference: number }[];
  readonly variables: readonly Shown[];
  readonly breakpoints: readonly { readonly line: number; readonly verified: boolean }[];
  readonly modules: readonly { readonly name: string; readonly path: string }[];
}

/** A front end's debugger. */
class Debugger {
  readonly kernel: Kernel;
  #seq = 0;
  /** Events of iopub that were read. */
  #read = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** The response to a request, whether it succeeded or not. */
  async ask(command: string, wanted: Json = {}): Promise<Json> {
    const seq = ++this.#seq;
    const request = { type: "request", seq, command, arguments: wanted };
    const { content } = await this.kernel.front.ask("debug_request", request, { channel: "control" }, 10_000);
    expect(content).to.include({ type: "response", command, request_seq: seq });
    return content;
  }

  /** The body of a response that must succeed. */
  async body(command: string, wanted?: Json): Promise<Body> {
    const content = await this.ask(command, wanted);
    expect(content["success"], JSON.stringify(content)).to.equal(true);
    return content["body"] as Body;
  }

  async failure(command: string, wanted?: Json): Promise<string> {
    const content = await this.ask(command, wanted);
    expect(content["success"]).to.equal(false);
    return String(content["message"]);
  }

  /** The next event of this kind that wasn't read yet; earlier ones count as read. */
  async event(name: string): Promise<Body> {
    const { heard } = this.kernel.front;
    const isNext = (one: Heard): boolean =>
      one.type === "debug_event" && one.content["event"] === name && heard.indexOf(one) >= this.#read;
    const found = await this.kernel.front.next(isNext, 10_000);
    this.#read = heard.indexOf(found) + 1;
    return found.content["body"] as Body;
  }

  async start(): Promise<void> {
    await this.body("initialize", { clientID: "jupyterlab", linesStartAt1: true, columnsStartAt1: true });
    await this.body("attach");
  }

  /** Sets breakpoints in a cell's code; its path. */
  async breakAt(code: string, ...lines: number[]): Promise<string> {
    const path = (await this.body("dumpCell", { code })).sourcePath;
    await this.body("setBreakpoints", { source: { path }, breakpoints: lines.map((line) => ({ line })) });
    await this.body("configurationDone");
    return path;
  }

  async stack(): Promise<readonly Frame[]> {
    return (await this.body("stackTrace", { threadId: 1 })).stackFrames;
  }

  /** Where it stands: names and lines, innermost first. */
  async lines(): Promise<string[]> {
    return (await this.stack()).map(({ name, line }) => `${name}:${line}`);
  }

  /** Values by name, of one scope of a frame. */
  async values(scope: string, frame = 0): Promise<Record<string, string>> {
    const variables = await this.variables(scope, frame);
    return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  }

  async variables(scope: string, frame = 0): Promise<readonly Shown[]> {
    const frameId = (await this.stack())[frame]?.id;
    const { scopes } = await this.body("scopes", { frameId });
    const found = scopes.find(({ name }) => name === scope);
    return found ? this.inside(found.variablesReference) : [];
  }

  async inside(variablesReference: number): Promise<readonly Shown[]> {
    return (await this.body("variables", { variablesReference })).variables;
  }

  async evaluate(expression: string, frame = 0): Promise<string> {
    const frameId = (await this.stack())[frame]?.id;
    return (await this.body("evaluate", { expression, frameId, context: "repl" })).result;
  }

  async step(command: string): Promise<string[]> {
    await this.body(command, { threadId: 1 });
    expect((await this.event("stopped")).reason).to.equal("step");
    return this.lines();
  }
}

describe("session: debugger", function () {
  this.timeout(30_000);
  let kernel: Kernel;
  let debug: Debugger;
  before(async () => {
    kernel = await Kernel.start({
      "local.ts": "export function twice(x: number): number {\n  const y = 2 * x;\n  return y;\n}\n",
    });
    debug = new Debugger(kernel);
  });
  after(async () => {
    expect(await kernel.close()).to.equal(0);
    expect(kernel.terminal).to.equal("");
  });

  it("is announced", async () => {
    const info = (await kernel.front.ask("kernel_info_request")).content;
    expect(info["debugger"]).to.equal(true);
    expect(info["supported_features"]).to.include("debugger");
    const body = await debug.body("debugInfo");
    expect(body).to.include({ isStarted: false, hashMethod: "Murmur2", richRendering: true, copyToGlobals: true });
    expect(body["stoppedThreads"]).to.deep.equal([]);
  });

  it("shows what cells have declared before it is on", async () => {
    await kernel.run("const early = { a: 1, list: [1, 2] }; let word: string = 'w'");
    const { variables } = await debug.body("inspectVariables");
    const found = variables.map(({ name, value }) => [name, value]);
    expect(found).to.deep.include(["early", "{a: 1, list: Array(2)}"]);
    expect(found).to.deep.include(["word", "'w'"]);
    const rich = await debug.body("richInspectVariables", { variableName: "early.list" });
    expect(rich).to.deep.equal({ data: { "text/plain": "[ 1, 2 ]" }, metadata: {} });
  });

  it("answers questions that come before the last one is answered", async () => {
    const { variables } = await debug.body("inspectVariables");
    const { variablesReference } = variables.find(({ name }) => name === "early") as Shown;
    // JupyterLab asks at every message of a cell, and takes it that there is a list in each answer.
    const asked = Array.from({ length: 20 }, (_, i) =>
      i % 5 === 4 ? debug.body("variables", { variablesReference }) : debug.body("inspectVariables"),
    );
    for (const [i, body] of (await Promise.all(asked)).entries()) {
      const names = body.variables.map(({ name }) => name);
      // A number may mean nothing by the time it is looked up, but it fails nobody.
      if (i % 5 === 4) expect([0, 2]).to.include(names.length);
      else expect(names).to.include.members(["early", "word"]);
    }
  });

  it("names a cell's file as front ends do", async () => {
    await debug.start();
    expect(await debug.event("initialized")).to.deep.equal({});
    const info = await debug.body("debugInfo");
    const code = "const x = 1;\nx + 1";
    const { sourcePath } = await debug.body("dumpCell", { code });
    expect(sourcePath).to.equal(`${info.tmpFilePrefix}2374132807.ts`);
    expect((await debug.body("source", { source: { path: sourcePath } })).content).to.equal(code);
  });

  const code = `interface Pair { a: number; b: number }
function add(pair: Pair): number {
  let sum = pair.a + pair.b;
  return sum;
}
const first = add({ a: 1, b: 2 });
const second: number = await Promise.resolve(first * 2);
first + second`;

  it("stops at a breakpoint, tells where and what, and goes on", async () => {
    const path = await debug.breakAt(code, 6);
    expect((await debug.body("debugInfo"))["breakpoints"]).to.deep.equal([
      { source: path, breakpoints: [{ line: 6 }] },
    ]);
    const id = kernel.begin(code);
    expect(await debug.event("stopped")).to.deep.include({
      reason: "breakpoint",
      threadId: 1,
      allThreadsStopped: true,
    });
    expect((await debug.body("debugInfo"))["stoppedThreads"]).to.deep.equal([1]);
    const [frame] = await debug.stack();
    expect(frame?.source.path).to.equal(path);
    expect(await debug.lines()).to.have.length(1);
    expect(frame?.line).to.equal(6);
    expect(await debug.step("stepIn")).to.deep.equal(["add:3", `${frame?.name}:6`]);
    expect(await debug.values("Locals")).to.deep.include({ pair: "{a: 1, b: 2}" });
    expect(await debug.evaluate("pair.b = (8 as number) + 1; pair")).to.equal("{a: 1, b: 9}");
    expect(await debug.step("next")).to.deep.equal(["add:4", `${frame?.name}:6`]);
    expect(await debug.values("Locals")).to.deep.include({ sum: "10" });
    expect(await debug.evaluate("sum + pair.a + early.a")).to.equal("12");
    expect(await debug.step("stepOut")).to.deep.equal([`${frame?.name}:7`]);
    // V8 of Node 24 and newer leaves out what has no value yet.
    expect({ second: "undefined", ...(await debug.values("Locals")) }).to.deep.equal({
      add: "[Function: add]",
      first: "10",
      second: "undefined",
    });
    expect(await debug.step("next")).to.deep.equal([`${frame?.name}:8`]);
    await debug.body("continue", { threadId: 1 });
    await debug.event("continued");
    expect((await kernel.end(id)).result).to.deep.equal({ "text/plain": "30" });
    expect(await debug.stack()).to.deep.equal([]);
  });

  it("stops in a function of an older cell, and answers everything meanwhile", async () => {
    const older = "let calls = 0;\nfunction older(n: number) {\n  calls += n;\n  return calls;\n}";
    await kernel.run(older);
    const path = await debug.breakAt(older, 3);
    const caller = "const mine = [1, 2, 3];\nmine.map((one) => older(one)).join()";
    const id = kernel.begin(caller);
    await debug.event("stopped");
    const stack = await debug.stack();
    expect(stack.map(({ line }) => line)).to.deep.equal([3, 2, 2]);
    expect(stack[0]).to.include({ name: "older" });
    expect(stack[0]?.source.path).to.equal(path);
    expect(stack[1]?.source.path).to.equal((await debug.body("dumpCell", { code: caller })).sourcePath);
    expect(await debug.values("Locals")).to.deep.equal({ n: "1" });
    expect(await debug.values("Closure")).to.include({ calls: "0" });
    expect(await debug.values("Locals", 1)).to.deep.equal({ one: "1" });
    expect(await debug.values("Globals")).to.include({ word: "'w'", calls: "0" });
    for (let i = 0; i < 3; i++) {
      const asked = performance.now();
      expect(await kernel.front.beat("alive?")).to.equal("alive?");
      await kernel.front.ask("kernel_info_request", {}, { channel: "control" });
      expect(performance.now() - asked).to.be.below(200);
    }
    expect(
      (await debug.body("richInspectVariables", { variableName: "mine", frameId: stack[2]?.id }))["data"],
    ).to.deep.equal({
      "text/plain": "[ 1, 2, 3 ]",
    });
    expect(await debug.evaluate("calls = 100; word + n")).to.equal("'w1'");
    await debug.body("setBreakpoints", { source: { path }, breakpoints: [] });
    await debug.body("continue", { threadId: 1 });
    expect((await kernel.end(id)).result).to.deep.equal({ "text/plain": "'101,103,106'" });
  });

  it("ends a pause by an interrupt, and keeps what was declared", async () => {
    for (const code of [
      "const before = 5;\nlet at = 1;\nlet after = 2",
      "await null;\nconst before = 6;\nlet at = 1;\nlet after = 2",
      "const before = 7;\nawait (async () => { await null;\n  let at = 1; })();\nlet after = 2",
    ]) {
      await debug.breakAt(code, code.startsWith("await") ? 3 : 2);
      const id = kernel.begin(code);
      await debug.event("stopped");
      const asked = performance.now();
      await kernel.front.ask("interrupt_request", {}, { channel: "control" });
      expect((await kernel.end(id)).reply).to.include({ status: "error", ename: "KeyboardInterrupt" });
      expect(performance.now() - asked).to.be.below(1000);
      await debug.event("continued");
      expect((await debug.body("debugInfo"))["stoppedThreads"]).to.deep.equal([]);
      expect((await kernel.run("before")).result?.["text/plain"]).to.match(/[567]/);
      expect((await kernel.run("after")).reply["status"]).to.equal("error");
    }
  });

  it("stops in local files", async () => {
    const path = join(kernel.folder, "local.ts");
    const set = await debug.body("setBreakpoints", {
      source: { path: realpathSync(path) },
      breakpoints: [{ line: 3 }],
    });
    expect(set.breakpoints).to.have.length(1);
    const id = kernel.begin('import { twice } from "./local";\ntwice(4)');
    await debug.event("stopped");
    const [frame] = await debug.stack();
    expect(frame).to.include({ name: "twice", line: 3 });
    expect(frame?.source.path).to.equal(realpathSync(path));
    expect(await debug.values("Locals")).to.deep.equal({ x: "4", y: "8" });
    expect((await debug.body("source", { source: frame?.source })).content).to.contain("export function twice");
    expect((await debug.body("modules")).modules.map((one) => one.path)).to.include(realpathSync(path));
    await debug.body("continue");
    expect((await kernel.end(id)).result).to.deep.equal({ "text/plain": "8" });
    await debug.body("setBreakpoints", { source: { path: realpathSync(path) }, breakpoints: [] });
  });

  it("looks into values level by level", async () => {
    const looked = `class Point { x = 1; #hidden = 2; get far() { return this.#hidden; } }
const long = Float32Array.from({ length: 12345 }, (_, i) => i);
const map = new Map<string, unknown>([["k", { deep: [true] }]]);
const point = new Point();
point`;
    await debug.breakAt(looked, 5);
    const id = kernel.begin(looked);
    await debug.event("stopped");
    const locals = await debug.variables("Locals");
    const inside = async (...names: string[]): Promise<readonly Shown[]> => {
      let list = locals;
      for (const name of names)
        list = await debug.inside(list.find((one) => one.name === name)?.variablesReference ?? 0);
      return list;
    };
    const value = (name: string): string | undefined => locals.find((one) => one.name === name)?.value;
    expect(value("long")).to.match(/^Float32Array\(12345\) \[0, 1, 2, .*…\]$/);
    expect(value("map")).to.equal("Map(1) {'k' => {…}}");
    expect((await inside("point")).map((one) => [one.name, one.value])).to.deep.equal([
      ["x", "1"],
      ["#hidden", "2"],
    ]);
    const parts = await inside("long");
    expect(parts.length).to.equal(2);
    expect(parts[1]?.name).to.equal("[10000 … 12344]");
    const items = await inside("long", "[10000 … 12344]", "[12300 … 12344]");
    expect(items.length).to.equal(45);
    expect(items.at(-1)).to.include({ name: "12344", value: "12344", evaluateName: "long[12344]" });
    expect(
      (await inside("map", "[[Entries]]", "0", "value", "deep")).map((one) => [one.name, one.value]),
    ).to.deep.include(["0", "true"]);
    await debug.body("copyToGlobals", {
      srcVariableName: "point.x + 41",
      dstVariableName: "copied",
      srcFrameId: (await debug.stack())[0]?.id,
    });
    await debug.body("continue");
    await kernel.end(id);
    expect((await kernel.run("copied")).result).to.deep.equal({ "text/plain": "42" });
  });

  it("shows what a cell has written before it stopped", async () => {
    const talking = "console.log('one');\nconsole.log('two');\nconsole.log('three');";
    await debug.breakAt(talking, 3);
    const id = kernel.begin(talking);
    await debug.event("stopped");
    const said = (): string =>
      kernel.front
        .published(id)
        .map((one) => one.content["text"] ?? "")
        .join("");
    await kernel.front.next(() => said() === "one\ntwo\n", 2000);
    await debug.body("continue");
    expect((await kernel.end(id)).text).to.equal("one\ntwo\nthree\n");
  });

  it("stops where a condition holds, and at debugger statements", async () => {
    const loop = "let sum = 0;\nfor (let i = 0; i < 10; i++) {\n  sum += i;\n}\ndebugger;\nsum";
    const { sourcePath: path } = await debug.body("dumpCell", { code: loop });
    await debug.body("setBreakpoints", { source: { path }, breakpoints: [{ line: 3, condition: "i === 7" }] });
    const id = kernel.begin(loop);
    expect((await debug.event("stopped")).reason).to.equal("breakpoint");
    expect(await debug.evaluate("i")).to.equal("7");
    await debug.body("continue");
    expect((await debug.event("stopped")).reason).to.equal("pause");
    expect((await debug.stack())[0]?.line).to.equal(5);
    await debug.body("continue");
    expect((await kernel.end(id)).result).to.deep.equal({ "text/plain": "45" });
  });

  it("stops at exceptions when asked to", async () => {
    const thrower = "function fail() {\n  throw new RangeError('no');\n}\nfail();";
    const caught = "try {\n  JSON.parse('{');\n} catch {}\n1";
    await debug.body("setExceptionBreakpoints", { filters: ["all"] });
    const id = kernel.begin(thrower);
    expect(await debug.event("stopped")).to.include({ reason: "exception", text: "RangeError: no" });
    expect((await debug.stack())[0]).to.include({ name: "fail", line: 2 });
    await debug.body("continue");
    expect((await kernel.end(id)).reply).to.include({ ename: "RangeError" });
    const other = kernel.begin(caught);
    expect((await debug.event("stopped")).reason).to.equal("exception");
    await debug.body("setExceptionBreakpoints", { filters: [] });
    await debug.body("continue");
    await kernel.end(other);
  });

  it("refuses what makes no sense, and says why", async () => {
    expect(await debug.failure("dance")).to.contain('"dance"');
    expect(await debug.failure("dumpCell")).to.contain('"code" must be a string');
    expect(await debug.failure("setBreakpoints", { source: {} })).to.contain("source.path");
    expect(await debug.failure("evaluate", { expression: "nothing.here" })).to.contain("nothing is not defined");
    expect(await debug.failure("source", { source: { path: "/none.ts" } })).to.contain("/none.ts");
    expect((await debug.body("variables", { variablesReference: 999999 })).variables).to.deep.equal([]);
    expect((await debug.body("scopes", { frameId: 999999 })).scopes).to.deep.equal([]);
  });

  it("runs on when it is turned off, and can be turned on again", async () => {
    const cell = "let one = 1;\none += 1;\none";
    await debug.breakAt(cell, 2);
    const id = kernel.begin(cell);
    await debug.event("stopped");
    await debug.body("disconnect", { restart: false, terminateDebuggee: false });
    expect((await kernel.end(id)).result).to.deep.equal({ "text/plain": "2" });
    expect((await kernel.run(cell)).result).to.deep.equal({ "text/plain": "2" });
    expect((await debug.body("debugInfo"))["isStarted"]).to.equal(false);
    await debug.start();
    await debug.breakAt(cell, 3);
    const again = kernel.begin(cell);
    await debug.event("stopped");
    expect((await debug.stack())[0]?.line).to.equal(3);
    await debug.body("continue");
    expect((await kernel.end(again)).result).to.deep.equal({ "text/plain": "2" });
  });

  it("shuts down while paused", async () => {
    const other = await Kernel.start();
    const its = new Debugger(other);
    await its.start();
    await its.breakAt("1;\n2", 2);
    other.begin("1;\n2");
    await its.event("stopped");
    expect(await other.close()).to.equal(0);
    expect(other.terminal).to.equal("");
  });
});
