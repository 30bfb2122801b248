import { EventEmitter } from "node:events";
import { deserialize } from "@jupyterlab/services/lib/kernel/serialize.js";
import { assert } from "chai";
import fc from "fast-check";
import type { WebSocket } from "ws";
import { decode, encode, type Outgoing, v1 } from "../../../kernel/server/kernels/frames.js";
import { Outbox } from "../../../kernel/server/kernels/outbox.js";

/** A socket of which only what an outbox uses is there. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  #written: (() => void)[] = [];

  send(data: string, written: () => void): void {
    this.sent.push(String((JSON.parse(data) as { content: { n: number } }).content.n));
    this.bufferedAmount += data.length;
    this.#written.push(written);
  }

  /** The other side has read all. */
  drain(): void {
    this.bufferedAmount = 0;
    for (const written of this.#written.splice(0)) written();
  }

  close(): void {
    this.readyState = 3;
    this.emit("close");
  }
}

const message = (n: number, bytes = 0): Outgoing => {
  const content = JSON.stringify({ n, pad: "x".repeat(bytes) });
  return { channel: "iopub", parts: ["{}", "{}", "{}", content].map((part) => Buffer.from(part)), buffers: [] };
};
const attach = (outbox: Outbox): FakeSocket => {
  const socket = new FakeSocket();
  outbox.attach(socket as unknown as WebSocket, "");
  return socket;
};

describe("server: messages on their way to front ends", () => {
  it("keeps them while nobody listens, in order, and sends them once", () => {
    const outbox = new Outbox();
    outbox.send(message(0), false);
    const first = attach(outbox);
    outbox.send(message(1), false);
    first.close();
    assert.isTrue(outbox.isAway);
    outbox.send(message(2), false);
    outbox.send(message(3), false);
    const second = attach(outbox);
    outbox.send(message(4), false);
    assert.deepEqual(first.sent, ["0", "1"]);
    assert.deepEqual(second.sent, ["2", "3", "4"]);
    const third = attach(outbox);
    assert.equal(second.readyState, 3, "the socket before is closed");
    assert.isFalse(outbox.isAway, "which doesn't take the new one along");
    outbox.send(message(5), false);
    assert.deepEqual(third.sent, ["5"]);
  });

  it("drops the oldest outputs when too many wait, and never replies and states", () => {
    const outbox = new Outbox();
    for (let n = 0; n < 40; n++) outbox.send(message(n, 1024 * 1024), n % 10 === 0);
    const socket = attach(outbox);
    const sent: string[] = [];
    for (let turn = 0; turn < 100; turn++) {
      sent.push(...socket.sent.splice(0));
      socket.drain();
    }
    assert.includeMembers(sent, ["0", "10", "20", "30", "39"]);
    assert.isBelow(sent.length, 22);
    assert.deepEqual(
      sent,
      [...sent].sort((a, b) => Number(a) - Number(b)),
    );
  });

  it("waits for a front end that reads slowly", () => {
    const outbox = new Outbox();
    const socket = attach(outbox);
    for (let n = 0; n < 24; n++) outbox.send(message(n, 1024 * 1024), false);
    assert.isBelow(socket.sent.length, 20);
    socket.drain();
    assert.lengthOf(socket.sent, 24);
  });
});

describe("server: messages as websocket frames", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: "grapheme" }));
  const header = fc.record({ msg_id: text, msg_type: text, session: text, username: text, version: text });
  const whole = fc.record({
    channel: fc.constantFrom("shell" as const, "control" as const, "stdin" as const),
    header,
    content: fc.dictionary(text, fc.jsonValue()),
    buffers: fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 4 }),
  });

  for (const protocol of [v1, ""] as const) {
    it(`reach Jupyter's client, and come back, as they were: ${protocol || "default"}`, () => {
      fc.assert(
        fc.property(whole, ({ channel, header: head, content, buffers }) => {
          const parts = [head, {}, { m: 1 }, content].map((part) => Buffer.from(JSON.stringify(part)));
          const frame = encode({ channel, parts, buffers }, protocol);
          const bytes = Buffer.from(frame as string);
          const data = typeof frame === "string" ? frame : new Uint8Array(frame).buffer;
          const read = deserialize(data as ArrayBuffer, protocol);
          assert.equal(read.channel, channel);
          assert.deepEqual(read.header as unknown, JSON.parse(String(parts[0])));
          assert.deepEqual(read.content as unknown, JSON.parse(String(parts[3])));
          const views = (read.buffers ?? []) as DataView[];
          assert.deepEqual(
            views.map((view) => [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)]),
            buffers.map((one) => [...one]),
          );
          const back = decode(bytes, typeof frame !== "string", protocol);
          assert.equal(back.channel, channel);
          assert.deepEqual(JSON.parse(back.texts.content), JSON.parse(String(parts[3])));
          assert.deepEqual(
            back.buffers.map((one) => [...one]),
            buffers.map((one) => [...one]),
          );
        }),
      );
    });
  }
});
