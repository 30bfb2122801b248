import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { assert } from "chai";
import fc from "fast-check";
import WebSocket from "ws";
import { type Opened, open } from "./open.js";

const requests = 1500;
const messages = 500;

/** Anything JSON can hold, and what resembles a request of Jupyter's. */
const json = fc.oneof(
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc
    .record(
      {
        type: fc.oneof(fc.constantFrom("notebook", "file", "directory", "", 1, null), fc.string()),
        format: fc.constantFrom("text", "base64", "json", "x", 5, null),
        content: fc.oneof(fc.string(), fc.jsonValue(), fc.constant({ nbformat: 4, metadata: {}, cells: [{}] })),
        chunk: fc.oneof(fc.integer(), fc.constantFrom(1, 2, -1, 0.5, "1", null)),
        path: fc.oneof(fc.string(), fc.constantFrom("..", "a/../..", "x.txt", 3, null, ["a"])),
        copy_from: fc.oneof(fc.string(), fc.constantFrom("..", "keep.txt", {}, null)),
        ext: fc.oneof(fc.string(), fc.constantFrom("/../x", ".ipynb", 7)),
        name: fc.oneof(fc.string(), fc.constantFrom("no such kernel", "__proto__", "constructor", 4)),
        kernel: fc.oneof(fc.jsonValue(), fc.constantFrom({ name: "nope" }, { id: "nope" }, [], "x")),
        hash: fc.oneof(fc.string(), fc.integer()),
        last_modified: fc.oneof(fc.string(), fc.integer()),
        __proto__: fc.constantFrom(null, { polluted: true }),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc.string(),
  fc.constantFrom("", "null", "[]", `${"[".repeat(50_000)}`, `{"content":${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
);
const segment = fc.oneof(
  fc.string().map(encodeURIComponent),
  fc.constantFrom("..", "%2e%2e", "%00", "%", "%zz", "checkpoints", "trust", "checkpoint", "", "\\", "?a=b", "a.ipynb"),
  fc.webPath().map((path) => path.slice(1)),
);
const place = fc.constantFrom(
  ...["contents", "contents", "contents", "sessions", "kernels", "kernelspecs", "config", "events", "status", "me"],
);

describe("server: bad requests", () => {
  let opened: Opened;
  before(async () => {
    // No kernel can start: what is asked for at random must not fill the machine with processes.
    const argv = [process.execPath, "-e", "setInterval(() => {}, 1000)"];
    opened = await open({ kernels: { none: { argv, display_name: "none", language: "none" } } });
    await writeFile(join(opened.root, "keep.txt"), "kept");
  });
  after(() => opened.close());

  it(`answers ${requests} arbitrary requests with a refusal at worst`, async function () {
    this.timeout(120_000);
    const request = fc.record({
      method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
      path: fc.tuple(place, fc.array(segment, { maxLength: 4 })),
      query: fc.oneof(fc.constant(""), fc.webQueryParameters()),
      body: json,
      type: fc.constantFrom(
        undefined,
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "x",
        "a/b;c",
      ),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path: [where, names], query, body, type }) => {
        const path = `/api/${where}${names.map((name) => `/${name}`).join("")}${query === "" ? "" : `?${query}`}`;
        // Valid ones, which start what takes time to end.
        fc.pre(!(method === "POST" && (where === "kernels" || where === "sessions") && names.join("") === ""));
        const headers = { ...(type === undefined ? {} : { "content-type": type }) };
        const withBody = method === "GET" || method === "HEAD" ? {} : { body };
        const { status, text } = await opened.raw(method, path.replaceAll(/[^\x21-\x7e]/g, "x"), {
          headers,
          ...withBody,
        });
        assert.isBelow(status, 500, `${method} ${path} ${body.slice(0, 200)}: ${text}`);
        assert.isUndefined(({} as { polluted?: boolean }).polluted);
      }),
      { numRuns: requests },
    );
    assert.equal((await opened.json("GET", "/api/status")).status, 200);
    assert.deepEqual((await opened.json("GET", "/api/kernels")).body, []);
  });

  it("refuses to start what it doesn't know, whatever the form", async () => {
    const bodies = [{ name: "__proto__" }, { name: "constructor" }, { name: 5 }, [], 5, { path: "../.." }, { path: 5 }];
    for (const body of bodies) {
      const { status } = await opened.json("POST", "/api/kernels", body);
      assert.include([400, 404], status, JSON.stringify(body));
    }
    for (const body of [{}, null, { path: "a" }, { path: "a", kernel: 5 }, { path: "a", kernel: { id: "nope" } }]) {
      const { status } = await opened.json("POST", "/api/sessions", { kernel: { name: "nope" }, ...body });
      assert.include([400, 404], status, JSON.stringify(body));
    }
    assert.deepEqual((await opened.json("GET", "/api/kernels")).body, []);
  });

  it("refuses a body that is too large without reading it all", async () => {
    const status = await new Promise<string>((resolve, reject) => {
      const socket = connect(opened.server.port, "127.0.0.1");
      const head = `PUT /api/contents/a.txt HTTP/1.1\r\nHost: 127.0.0.1:${opened.server.port}\r\n`;
      socket.write(`${head}Authorization: token ${opened.server.token}\r\nContent-Length: 999999999999\r\n\r\n{`);
      socket.once("data", (data) => {
        resolve(String(data).split("\r\n")[0] as string);
        socket.destroy();
      });
      socket.once("error", reject);
    });
    assert.match(status, / 413 /);
  });

  it("doesn't read the body of who isn't let in", async () => {
    const reply = await opened.raw("PUT", "/api/contents/keep.txt", { token: "", body: "x".repeat(100_000) });
    assert.equal(reply.status, 403);
    assert.equal(await readFile(join(opened.root, "keep.txt"), "utf8"), "kept");
  });

  it("survives what isn't HTTP", async () => {
    const host = `Host: 127.0.0.1:${opened.server.port}`;
    const lines = [
      "hello",
      `GET / HTTP/9.9\r\n${host}`,
      `GET /api HTTP/1.1\r\n${host}\r\nHost: evil.example`,
      "GET /api HTTP/1.1",
      `GET http://evil.example/api HTTP/1.1\r\n${host}`,
      `GET /api HTTP/1.1\r\n${host}\r\nX: ${"y".repeat(100_000)}`,
      `POST /api/contents HTTP/1.1\r\n${host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked`,
      `GET /api/kernels/x/channels HTTP/1.1\r\n${host}\r\nUpgrade: websocket\r\nConnection: Upgrade`,
      `GET /api/kernels/x/channels HTTP/1.1\r\n${host}\r\nUpgrade: h2c\r\nConnection: Upgrade`,
      "\u0016\u0003\u0001",
    ];
    for (const line of lines) {
      const reply = await new Promise<string>((resolve) => {
        let text = "";
        const socket = connect(opened.server.port, "127.0.0.1", () => socket.write(`${line}\r\n\r\n`));
        socket.on("data", (data) => {
          text += data;
          socket.end();
        });
        socket.on("error", () => {});
        socket.on("close", () => resolve(text));
        socket.setTimeout(1500, () => socket.destroy());
      });
      assert.match(reply, /^(HTTP\/1\.1 4\d\d |$)/, line.slice(0, 100));
    }
    assert.equal((await opened.json("GET", "/api/status")).status, 200);
  });

  it(`closes websockets that send anything but messages, ${messages} times, and lives on`, async function () {
    this.timeout(120_000);
    const { body } = await opened.json("POST", "/api/kernels", {});
    const { id } = body as { id: string };
    const url = `ws://127.0.0.1:${opened.server.port}/api/kernels/${id}/channels?token=${opened.server.token}`;
    const header = { msg_id: "1", msg_type: "execute_request", session: "s" };
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      json,
      fc
        .tuple(fc.integer({ min: 0, max: 12 }), fc.array(fc.nat(300), { maxLength: 12 }))
        .map(([n, offsets]) => offsetsOf(n, offsets)),
      fc
        .record({
          channel: fc.oneof(fc.jsonValue(), fc.constant("shell")),
          header: fc.oneof(fc.jsonValue(), fc.constant(header)),
          content: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(data, fc.boolean(), async (sent, v1) => {
        const socket = new WebSocket(url, v1 ? ["v1.kernel.websocket.jupyter.org"] : []);
        const code = await new Promise<number>((resolve, reject) => {
          socket.on("open", () => {
            socket.send(sent);
            // One that is well formed leaves the socket open.
            socket.ping();
          });
          socket.on("pong", () => socket.close(1000));
          socket.on("close", resolve);
          socket.on("error", reject);
        });
        assert.include([1000, 1008], code);
      }),
      { numRuns: messages },
    );
    assert.equal((await opened.json("GET", `/api/kernels/${id}`)).status, 200);
    assert.equal((await opened.json("DELETE", `/api/kernels/${id}`)).status, 204);
  });
});

/** A binary message's beginning: a count and offsets, right or wrong, and some bytes. */
function offsetsOf(count: number, offsets: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * (offsets.length + 1) + 64, randomUUID());
  bytes.writeBigUInt64LE(BigInt(count), 0);
  for (const [i, offset] of offsets.entries()) bytes.writeBigUInt64LE(BigInt(offset), 8 * (i + 1));
  return bytes;
}
