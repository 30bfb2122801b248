// The protocol over real sockets, with cells that are functions of the test.

import { expect } from "chai";
import { bad, FakeKernel, ok } from "./fakeKernel.js";
import { type Front, isStatus } from "./front.js";

describe("wire: requests and replies", () => {
  let kernel: FakeKernel;
  let front: Front;

  before(async () => {
    kernel = await FakeKernel.start();
    front = await kernel.front();
  });
  after(() => kernel.end());
  beforeEach(() => {
    front.heard.length = 0;
    kernel.requests.length = 0;
    kernel.cell = () => ok;
  });

  it("says what it is", async () => {
    const { content, signed, channel } = await front.ask("kernel_info_request");
    expect(signed).to.equal(true);
    expect(channel).to.equal("shell");
    expect(content).to.include({ status: "ok", protocol_version: "5.5", implementation: "weft", banner: "test" });
    expect(content["language_info"]).to.include({ name: "typescript", file_extension: ".ts" });
    expect(content["supported_features"]).to.include("kernel subshells");
    expect((await front.ask("kernel_info_request", {}, { channel: "control" })).channel).to.equal("control");
  });

  it("says what it takes of the machine, also while a cell runs, and doesn't look idle by that", async () => {
    let end = (): void => {};
    kernel.cell = () =>
      new Promise((resolve) => {
        end = () => resolve(ok);
      });
    const cell = front.send("execute_request", { code: "long" });
    await front.next((one) => isStatus(one, cell, "busy"));
    const started = performance.now();
    while (performance.now() - started < 400); // keeps one processor busy
    const asked = front.send("usage_request", {}, { channel: "control" });
    const { content, channel } = await front.next(
      ({ type, parent }) => type === "usage_reply" && parent["msg_id"] === asked,
    );
    expect(channel).to.equal("control");
    expect(content).to.include({ pid: process.pid });
    const { kernel_cpu: cpu, kernel_memory: memory, cpu_count: count } = content as Record<string, number>;
    expect(cpu).to.be.within(10, 100 * (count ?? 0) + 50);
    expect(memory).to.be.within(2e7, 1e11);
    const host = content["host_virtual_memory"] as Record<string, number>;
    expect(host["total"]).to.be.greaterThan(memory ?? 0);
    end();
    await front.done(cell);
    const states = front.heard.filter(({ type: told }) => told === "status").map(({ parent }) => parent["msg_id"]);
    expect(states).to.deep.equal([cell, cell]);
  });

  it("echoes heartbeats", async () => {
    expect(await front.beat("one")).to.equal("one");
    expect(await front.beat("two")).to.equal("two");
  });

  it("welcomes every subscriber, also the second to a topic", async () => {
    for (const topic of ["", "kernel.status", "kernel.status"]) {
      const other = await kernel.front(topic);
      const [welcome] = other.heard;
      expect(welcome).to.include({ type: "iopub_welcome", topic, signed: true });
      expect(welcome?.content).to.deep.equal({ subscription: topic });
      expect(welcome?.parent).to.deep.equal({});
    }
  });

  it("runs a cell: busy, input, outputs in order, reply, idle, each with its parent", async () => {
    kernel.cell = async ({ id, executionCount }) => {
      for (let i = 0; i < 50; i++)
        kernel.wire.publish(id, { type: "stream", content: { name: "stdout", text: `${i}` } });
      await new Promise((resolve) => setTimeout(resolve, 5));
      const data = { "text/plain": "42" };
      kernel.wire.publish(id, { type: "execute_result", content: { execution_count: executionCount, data } });
      return { status: "ok", payload: [], user_expressions: { a: { status: "ok" } } };
    };
    const id = front.send("execute_request", { code: "21 * 2", user_expressions: { a: "a" } });
    const reply = await front.done(id);
    const said = front.published(id);
    expect(said.map((one) => one.type)).to.deep.equal([
      "status",
      "execute_input",
      ...Array.from({ length: 50 }, () => "stream"),
      "execute_result",
      "status",
    ]);
    expect(said.slice(2, 52).map((one) => one.content["text"])).to.deep.equal(
      Array.from({ length: 50 }, (_, i) => `${i}`),
    );
    expect(said.every((one) => one.signed)).to.equal(true);
    const count = reply.content["execution_count"];
    expect(said[1]?.content).to.deep.equal({ code: "21 * 2", execution_count: count });
    expect(reply.content).to.deep.include({ status: "ok", payload: [], user_expressions: { a: { status: "ok" } } });
    expect(kernel.requests[0]).to.deep.include({ code: "21 * 2", userExpressions: { a: "a" }, silent: false });
  });

  it("counts what is stored, and says nothing of silent cells", async () => {
    const count = async (content: object): Promise<unknown> =>
      (await front.ask("execute_request", { code: "1", ...content })).content["execution_count"];
    const first = (await count({})) as number;
    expect(await count({ silent: true })).to.equal(first);
    expect(await count({ store_history: false })).to.equal(first);
    expect(await count({})).to.equal(first + 1);
    const silent = front.send("execute_request", { code: "1", silent: true });
    await front.done(silent);
    expect(front.published(silent).map((one) => one.type)).to.deep.equal(["status", "status"]);
  });

  it("aborts what is queued after an error, unless told not to", async () => {
    const seen: string[] = [];
    kernel.cell = async ({ code }) => {
      seen.push(code);
      await new Promise((resolve) => setTimeout(resolve, 30));
      return code === "bad" ? bad : ok;
    };
    const ids = ["good", "bad", "later", "later still"].map((code) => front.send("execute_request", { code }));
    const replies = await Promise.all(ids.map((id) => front.done(id)));
    expect(replies.map((one) => one.content["status"])).to.deep.equal(["ok", "error", "aborted", "aborted"]);
    expect(replies[1]?.content).to.deep.include({ ename: "Bad", evalue: "on purpose", traceback: ["Bad"] });
    expect(seen).to.deep.equal(["good", "bad"]);

    for (const content of [{ stop_on_error: false }, { silent: true }]) {
      const first = front.send("execute_request", { code: "bad", ...content });
      const second = front.send("execute_request", { code: "good" });
      expect((await front.done(first)).content["status"]).to.equal("error");
      expect((await front.done(second)).content["status"]).to.equal("ok");
    }
  });

  it("reports a cells' side that fails instead of answering", async () => {
    for (const cell of [
      (): never => {
        throw new RangeError("broken");
      },
      () => Promise.reject(new RangeError("broken")),
    ]) {
      kernel.cell = cell;
      const id = front.send("execute_request", { code: "1" });
      const { content } = await front.done(id);
      expect(content).to.include({ status: "error", ename: "KernelError" });
      expect(content["evalue"]).to.match(/broken/);
      expect(front.published(id).map((one) => one.type)).to.include("error");
    }
  });

  it("sends what JSON can't say: BigInt, cycles, half surrogates, NaN, dates", async () => {
    const cycle: Record<string, unknown> = { big: 2n ** 64n };
    cycle["self"] = cycle;
    const data = { half: "a\ud800b \\ud800 \u{1f600}", nan: Number.NaN, when: new Date(0) };
    kernel.cell = ({ id }) => {
      kernel.wire.publish(id, { type: "display_data", content: { data: cycle } });
      kernel.wire.publish(id, { type: "display_data", content: { data }, metadata: { m: 1 } });
      return ok;
    };
    const id = front.send("execute_request", { code: "1" });
    await front.done(id);
    const [first, second] = front.published(id).filter((one) => one.type === "display_data");
    expect(first?.content["data"]).to.deep.equal({ big: "18446744073709551616", self: "[Circular]" });
    expect(second?.content["data"]).to.deep.equal({
      half: "a\ufffdb \\ud800 \u{1f600}",
      nan: null,
      when: "1970-01-01T00:00:00.000Z",
    });
    expect(second?.metadata).to.deep.equal({ m: 1 });
  });

  it("finds the parent of late outputs; others take the last request", async () => {
    const late = front.send("execute_request", { code: "1" });
    await front.done(late);
    const last = front.send("execute_request", { code: "2" });
    await front.done(last);
    kernel.wire.publish(late, { type: "stream", content: { name: "stdout", text: "late" } });
    kernel.wire.publish(null, { type: "stream", content: { name: "stdout", text: "nobody's" } });
    const heard = (text: string): Promise<{ parent: Record<string, unknown> }> =>
      front.next((one) => one.content["text"] === text);
    expect((await heard("late")).parent["msg_id"]).to.equal(late);
    expect((await heard("nobody's")).parent["msg_id"]).to.equal(last);
  });

  it("runs cells of different subshells side by side, each subshell in order", async () => {
    const ends = new Map<string, () => void>();
    kernel.cell = ({ code }) => new Promise((resolve) => ends.set(code, () => resolve(ok)));
    const create = (): Promise<{ content: Record<string, unknown> }> =>
      front.ask("create_subshell_request", {}, { channel: "control" });
    const [one, two] = [await create(), await create()].map((reply) => String(reply.content["subshell_id"]));
    const list = async (): Promise<unknown> =>
      (await front.ask("list_subshell_request", {}, { channel: "control" })).content["subshell_id"];
    expect(await list()).to.deep.equal([one, two]);

    const main = front.send("execute_request", { code: "main" });
    const inOne = front.send("execute_request", { code: "one" }, { subshell: one as string });
    const nextInOne = front.send("execute_request", { code: "one more" }, { subshell: one as string });
    const inTwo = front.send("execute_request", { code: "two" }, { subshell: two as string });
    for (const id of [main, inOne, inTwo]) await front.next((heard) => isStatus(heard, id, "busy"));
    // "busy" may overtake the request on its way to the cells.
    while (ends.size < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    expect([...ends.keys()]).to.deep.equal(["main", "one", "two"]);
    expect(kernel.requests.map((request) => request.subshell)).to.deep.equal([null, one, two]);
    ends.get("two")?.();
    await front.done(inTwo);

    // A deleted subshell ends what runs there and sends back what waits.
    const gone = await front.ask("delete_subshell_request", { subshell_id: one }, { channel: "control" });
    expect(gone.content["status"]).to.equal("ok");
    expect((await front.done(nextInOne)).content["status"]).to.equal("aborted");
    ends.get("one")?.();
    expect((await front.done(inOne)).content["status"]).to.equal("ok");
    expect(await list()).to.deep.equal([two]);
    ends.get("main")?.();
    await front.done(main);

    const unknown = await front.ask("execute_request", { code: "1" }, { subshell: one as string });
    expect(unknown.content).to.include({ status: "error", ename: "RequestError" });
    const twice = await front.ask("delete_subshell_request", { subshell_id: one }, { channel: "control" });
    expect(twice.content).to.include({ status: "error", ename: "SubshellError" });
  });

  it("an error in one subshell aborts nothing in another", async () => {
    kernel.cell = async ({ code }) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return code === "bad" ? bad : ok;
    };
    const reply = await front.ask("create_subshell_request", {}, { channel: "control" });
    const subshell = String(reply.content["subshell_id"]);
    const failing = front.send("execute_request", { code: "bad" }, { subshell });
    const others = ["a", "b", "c"].map((code) => front.send("execute_request", { code }));
    expect((await front.done(failing)).content["status"]).to.equal("error");
    for (const id of others) expect((await front.done(id)).content["status"]).to.equal("ok");
    await front.ask("delete_subshell_request", { subshell_id: subshell }, { channel: "control" });
  });

  it("passes comm messages both ways, with buffers, also while a cell runs", async () => {
    let finish = (): void => {};
    kernel.cell = () =>
      new Promise((resolve) => {
        finish = () => resolve(ok);
      });
    const running = front.send("execute_request", { code: "1" });
    while (kernel.requests.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    const heard: unknown[] = [];
    kernel.heardComm = (message) => {
      heard.push([message.type, message.content, message.metadata, message.buffers.map((buffer) => [...buffer])]);
      const memory = new Uint8Array([9, 8, 7, 6]);
      const content = { comm_id: "c1", data: { back: true } };
      kernel.wire.publish(message.id, { type: "comm_msg", content, buffers: [memory.subarray(1, 3)] });
    };
    const open = front.send("comm_open", { comm_id: "c1", target_name: "t", data: {} });
    await front.next((one) => isStatus(one, open, "idle"));
    const buffers = [new Uint8Array([1, 2, 3]), new Uint8Array(0)];
    const message = front.send("comm_msg", { comm_id: "c1", data: { x: 1 } }, { metadata: { m: 1 }, buffers });
    await front.next((one) => isStatus(one, message, "idle"));
    expect(heard[1]).to.deep.equal(["comm_msg", { comm_id: "c1", data: { x: 1 } }, { m: 1 }, [[1, 2, 3], []]]);
    const [, back] = front.published(message);
    expect(back?.content).to.deep.equal({ comm_id: "c1", data: { back: true } });
    expect(back?.buffers.map((buffer) => [...buffer])).to.deep.equal([[8, 7]]);

    kernel.wire.publish(null, { type: "comm_open", content: { comm_id: "c2", target_name: "other", data: {} } });
    await front.next((one) => one.type === "comm_open");
    const info = async (target?: string): Promise<unknown> =>
      (await front.ask("comm_info_request", target ? { target_name: target } : {})).content["comms"];
    expect(await info()).to.deep.equal({ c1: { target_name: "t" }, c2: { target_name: "other" } });
    expect(await info("other")).to.deep.equal({ c2: { target_name: "other" } });
    kernel.wire.publish(null, { type: "comm_close", content: { comm_id: "c2", data: {} } });
    const close = front.send("comm_close", { comm_id: "c1", data: {} });
    await front.next((one) => isStatus(one, close, "idle"));
    expect(await info()).to.deep.equal({});

    kernel.heardComm = () => Promise.reject(new Error("the handler fails"));
    const failing = front.send("comm_msg", { comm_id: "c1", data: {} });
    await front.next((one) => isStatus(one, failing, "idle"));
    finish();
    await front.done(running);
  });

  it("converts cursors between code points and UTF-16", async () => {
    // Six code points, eight units, before the cursor.
    const code = "\u{1f600}x\u{1d4b3}é.a + 1";
    kernel.answer = ({ question }) => {
      if (question?.kind === "complete") {
        expect(question).to.include({ code, cursor: 8 });
        const types = [{ text: "abs", type: "function", signature: "()" }];
        return { matches: ["abs"], start: 7, end: 8, types };
      }
      if (question?.kind === "inspect") {
        expect(question).to.include({ cursor: 8, detail: 1 });
        return { found: true, data: { "text/plain": "doc" } };
      }
      return { status: "incomplete", indent: "  " };
    };
    const complete = await front.ask("complete_request", { code, cursor_pos: 6 });
    expect(complete.content).to.deep.equal({
      status: "ok",
      matches: ["abs"],
      cursor_start: 5,
      cursor_end: 6,
      metadata: { _jupyter_types_experimental: [{ text: "abs", type: "function", signature: "()", start: 5, end: 6 }] },
    });
    const inspect = await front.ask("inspect_request", { code, cursor_pos: 6, detail_level: 1 });
    expect(inspect.content).to.deep.equal({ status: "ok", found: true, data: { "text/plain": "doc" }, metadata: {} });
    const isComplete = await front.ask("is_complete_request", { code: "if (" });
    expect(isComplete.content).to.deep.equal({ status: "incomplete", indent: "  " });
    kernel.answer = () => undefined;
    expect((await front.ask("complete_request", { code, cursor_pos: 6 })).content).to.include({ status: "error" });
  });

  it("answers broken requests with an error that names the field", async () => {
    for (const [type, content, message] of [
      ["execute_request", { code: 5 }, '"code" must be a string, received a value of type number'],
      ["execute_request", {}, '"code" must be a string, received nothing'],
      ["execute_request", { code: { toString: 1 } }, '"code" must be a string'],
      ["execute_request", { code: "1", user_expressions: { a: {} } }, '"a" must be a string'],
      ["execute_request", { code: "1", user_expressions: [] }, '"user_expressions" must be an object of strings'],
      ["complete_request", { code: "1", cursor_pos: "x" }, '"cursor_pos" must be a number'],
      ["is_complete_request", { code: null }, '"code" must be a string'],
      ["history_request", { hist_access_type: "tail", n: {} }, '"n" must be a number'],
      ["comm_info_request", { target_name: 7 }, '"target_name" must be a string'],
      ["delete_subshell_request", {}, '"subshell_id" must be a string'],
    ] as const) {
      const { content: told } = await front.ask(type, content);
      expect(told, type).to.include({ status: "error", ename: "RequestError" });
      expect(told["evalue"]).to.include(message);
    }
    expect(kernel.requests).to.deep.equal([]);
  });

  it("takes no name of JavaScript's own for a request", async () => {
    const before = kernel.wire.dropped.unknown;
    for (const type of ["constructor", "__proto__", "toString", "no_such_request"]) front.send(type);
    await front.ask("kernel_info_request");
    expect(kernel.wire.dropped.unknown).to.equal(before + 4);
  });
});

describe("wire: start and end", () => {
  it("says why it can't open", async () => {
    const first = await FakeKernel.start();
    let told: unknown;
    await FakeKernel.start({ connection: { shell_port: first.connection.shell_port } }).catch((error) => {
      told = error;
    });
    expect(String(told)).to.match(/can't open its sockets: .*(in use|EADDRINUSE)/i);
    await first.end();
    let scheme: unknown;
    await FakeKernel.start({ connection: { signature_scheme: "rot13" } }).catch((error) => {
      scheme = error;
    });
    expect(String(scheme)).to.match(/unknown signature scheme "rot13"/);
  });

  it("shuts down: what waits is aborted, the reply arrives, the ports are free again", async () => {
    const kernel = await FakeKernel.start();
    const front = await kernel.front();
    let interrupted = (): void => {};
    kernel.cell = () =>
      new Promise((resolve) => {
        interrupted = () => resolve(bad);
      });
    front.send("execute_request", { code: "1" });
    const waiting = front.send("execute_request", { code: "2" });
    while (kernel.requests.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    const id = front.send("shutdown_request", { restart: true }, { channel: "control" });
    expect((await front.done(waiting)).content["status"]).to.equal("aborted");
    const reply = await front.done(id);
    expect(reply).to.include({ channel: "control", type: "shutdown_reply" });
    expect(reply.content).to.deep.equal({ status: "ok", restart: true });
    expect(kernel.interrupts.length).to.equal(1);
    interrupted();
    await kernel.end();
    const again = await FakeKernel.start({ connection: kernel.connection });
    expect((await (await again.front()).ask("kernel_info_request")).content["status"]).to.equal("ok");
    await again.end();
  });

  it("signs nothing when the connection has no key", async () => {
    const kernel = await FakeKernel.start({ connection: { key: "" } });
    const front = await kernel.front();
    front.sign = () => "";
    const reply = await front.ask("kernel_info_request");
    expect(reply.content["status"]).to.equal("ok");
    expect(reply.signed).to.equal(true);
    await kernel.end();
  });
});
