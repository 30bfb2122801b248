// Messages that must not get through: unsigned, changed, replayed, broken in any way.

import { randomUUID } from "node:crypto";
import { expect } from "chai";
import * as fc from "fast-check";
import { Signer } from "../../../kernel/wire/sign.js";
import { FakeKernel } from "./fakeKernel.js";
import type { Front } from "./front.js";

const header = (type: string): string =>
  JSON.stringify({ msg_id: randomUUID(), msg_type: type, session: "s", username: "u", date: "", version: "5.5" });

describe("wire: messages that are refused", () => {
  let kernel: FakeKernel;
  let front: Front;

  before(async () => {
    kernel = await FakeKernel.start();
    front = await kernel.front();
  });
  after(() => kernel.end());

  /** The counters after everything sent so far has been read. */
  async function dropped(): Promise<Record<string, number>> {
    expect((await front.ask("kernel_info_request")).content["status"]).to.equal("ok");
    return { ...kernel.wire.dropped };
  }

  it("drops unsigned and changed messages", async () => {
    const before = await dropped();
    const parts = [header("execute_request"), "{}", "{}", '{"code":"1"}'];
    const signature = front.sign(parts);
    const wrong = (signature.startsWith("0") ? "1" : "0") + signature.slice(1);
    const changed = [...parts.slice(0, 3), '{"code":"2"}'];
    for (const sign of ["", "0", wrong, signature.slice(0, 63), `${signature}0`, signature.toUpperCase()])
      front.sendFrames("shell", ["<IDS|MSG>", sign, ...parts]);
    front.sendFrames("shell", ["<IDS|MSG>", signature, ...changed]);
    expect((await dropped())["unsigned"]).to.equal((before["unsigned"] ?? 0) + 7);
    expect(kernel.requests).to.deep.equal([]);
  });

  it("takes a message once", async () => {
    const before = await dropped();
    const parts = [header("execute_request"), "{}", "{}", '{"code":"once"}'];
    for (const channel of ["shell", "shell", "control"] as const) front.sendFrames(channel, front.frames(parts));
    await front.ask("kernel_info_request", {}, { channel: "control" });
    expect((await dropped())["replayed"]).to.equal((before["replayed"] ?? 0) + 2);
    expect(kernel.requests.map((request) => request.code)).to.deep.equal(["once"]);
  });

  it("drops signed messages that aren't messages", async () => {
    const before = await dropped();
    const good = header("kernel_info_request");
    const broken: string[][] = [
      ["", "", "", ""],
      ["null", "{}", "{}", "{}"],
      ["[]", "{}", "{}", "{}"],
      ["{}", "{}", "{}", "{}"],
      ['{"msg_id":1,"msg_type":"kernel_info_request"}', "{}", "{}", "{}"],
      [good, "{}", "{}", "{"],
      [good, "{}", "{}", "[]"],
      [good, "7", "{}", "{}"],
      [good, "{}", '"x"', "{}"],
      [good, "{}", "{}"],
      [],
    ];
    for (const parts of broken) front.sendFrames("shell", front.frames(parts));
    front.sendFrames("shell", ["hello"]);
    front.sendFrames("shell", [""]);
    const deep = "[".repeat(100000);
    front.sendFrames("shell", front.frames([good, "{}", "{}", `{"a":${deep}`]));
    expect((await dropped())["malformed"]).to.equal((before["malformed"] ?? 0) + broken.length + 3);
  });

  it("outlives 10,000 arbitrary frames on all channels", async function () {
    this.timeout(60000);
    const before = await dropped();
    let sent = 0;
    const bytes = fc.uint8Array({ maxLength: 40 });
    const json = fc.json().map((text) => Buffer.from(text));
    const types = [...kernelTypes, "constructor", ""];
    const request = fc
      .record({
        msg_id: fc.oneof(fc.uuid(), fc.jsonValue()),
        msg_type: fc.oneof(fc.constantFrom(...types), fc.jsonValue()),
        subshell_id: fc.oneof(fc.constant(null), fc.jsonValue()),
      })
      .map((value) => Buffer.from(JSON.stringify(value)));
    const content = fc
      .dictionary(fc.constantFrom(...contentNames), fc.jsonValue())
      .map((value) => Buffer.from(JSON.stringify(value)));
    const part = fc.oneof(bytes, json);
    // Whole requests with any content, properly signed; frames in any number and order, signed or not.
    const signed = fc
      .tuple(request, fc.oneof(fc.constant(Buffer.from("{}")), json), json, content, fc.array(bytes, { maxLength: 2 }))
      .map(([head, parent, metadata, body, buffers]) => {
        const parts = [head, parent, metadata, body];
        return ["<IDS|MSG>", front.sign(parts), ...parts, ...buffers];
      });
    const loose = fc.array(fc.oneof(part, request, content, fc.constant("<IDS|MSG>"), fc.constant("")), {
      minLength: 1,
      maxLength: 9,
    });
    const frames = fc.sample(fc.oneof(signed, loose), { numRuns: 5000, seed: 7 }) as (string | Uint8Array)[][];
    for (const message of frames) {
      front.sendFrames((["shell", "control", "stdin"] as const)[sent % 3] ?? "shell", message);
      sent += message.length;
      // Whatever gets through must not fill this process.
      if (front.heard.length > 1000) front.heard.length = 0;
      if (sent % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).to.be.greaterThan(10000);
    for (const channel of ["shell", "control"] as const)
      expect((await front.ask("kernel_info_request", {}, { channel }, 20000)).content["status"]).to.equal("ok");
    const after = await dropped();
    expect(after["malformed"]).to.be.greaterThan(before["malformed"] ?? 0);
    // A cell runs as ever.
    expect((await front.ask("execute_request", { code: "1" })).content["status"]).to.equal("ok");
  });

  it("decodes nothing but what it encoded", () => {
    const reasons: string[] = [];
    const connection = { key: "secret", signature_scheme: "hmac-sha256" };
    const here = new Signer(connection, (reason) => reasons.push(reason));
    const there = new Signer(connection, () => {});
    const bytes = (frame: Uint8Array | string): Uint8Array => Buffer.from(frame as string);
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 5 }), { maxLength: 3 }),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.array(fc.uint8Array(), { maxLength: 3 }),
        fc.nat(),
        (identities, content, buffers, flip) => {
          const texts = {
            header: JSON.stringify(there.makeHeader("x_request")),
            parent: "{}",
            metadata: "{}",
            content: JSON.stringify(content),
          };
          const frames = there.encode(identities, texts, buffers).map(bytes);
          // One changed byte in any signed part is noticed.
          const changed = frames.map((frame) => new Uint8Array(frame));
          const victim = changed[identities.length + 2 + (flip % 4)] as Uint8Array;
          victim[flip % victim.length] = (victim[flip % victim.length] as number) ^ 1;
          expect(here.decode(changed)).to.equal(null);
          expect(reasons.at(-1)).to.equal("unsigned");
          const received = here.decode(frames);
          expect(received?.message.content).to.deep.equal(JSON.parse(texts.content));
          expect(received?.identities.map((id) => [...id])).to.deep.equal(identities.map((id) => [...id]));
          expect(received?.message.buffers.map((one) => [...one])).to.deep.equal(buffers.map((one) => [...one]));
          expect(here.decode(frames)).to.equal(null);
          expect(reasons.at(-1)).to.equal("replayed");
        },
      ),
      { numRuns: 200 },
    );
  });
});

const kernelTypes = [
  "kernel_info_request",
  "execute_request",
  "complete_request",
  "inspect_request",
  "is_complete_request",
  "history_request",
  "comm_info_request",
  "comm_open",
  "comm_msg",
  "comm_close",
  "input_reply",
  "interrupt_request",
  "create_subshell_request",
  "delete_subshell_request",
  "list_subshell_request",
  "debug_request",
];

const contentNames = [
  "code",
  "cursor_pos",
  "silent",
  "store_history",
  "user_expressions",
  "allow_stdin",
  "stop_on_error",
  "detail_level",
  "hist_access_type",
  "n",
  "session",
  "start",
  "stop",
  "pattern",
  "unique",
  "output",
  "comm_id",
  "target_name",
  "data",
  "value",
  "subshell_id",
  "command",
  "arguments",
  "seq",
];
