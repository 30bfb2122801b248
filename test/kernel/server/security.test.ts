import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assert } from "chai";
import WebSocket from "ws";
import { faultOf } from "../../../kernel/server/contents/paths.js";
import { type Opened, open } from "./open.js";

describe("server: who is let in", () => {
  let opened: Opened;
  let cookie = "";
  before(async () => {
    const page = join(dirname((await import("node:url")).fileURLToPath(import.meta.url)), "nothing");
    await mkdir(page, { recursive: true });
    await writeFile(join(page, "index.html"), `<!doctype html><script nonce="{{nonce}}">1</script>`);
    opened = await open({ page });
    const reply = await opened.raw("GET", `/?token=${opened.server.token}`, { token: "" });
    assert.equal(reply.status, 200);
    cookie = String(reply.headers["set-cookie"]?.[0]);
  });
  after(() => opened.close());

  const paths = [
    "/",
    "/api",
    "/api/status",
    "/api/me",
    "/api/kernels",
    "/api/sessions",
    "/api/contents",
    "/api/kernelspecs",
  ];
  paths.push(
    "/api/config/notebook",
    "/files/a.ipynb",
    "/kernelspecs/weft/logo-svg.svg",
    "/nothing/here",
    "/api/nbconvert",
  );

  it("refuses every address without the token, with a wrong one, and from another page", async () => {
    const right = opened.server.token;
    const here = `127.0.0.1:${opened.server.port}`;
    for (const path of paths) {
      for (const [what, options] of Object.entries({
        "no token": { token: "" },
        "wrong token": { token: `${right.slice(0, -1)}x` },
        "part of the token": { token: right.slice(0, -1) },
        "another origin": { headers: { origin: "http://evil.example" } },
        "another port's origin": { headers: { origin: "http://127.0.0.1:1" } },
        "no origin's name": { headers: { origin: "null" } },
        "encrypted origin": { headers: { origin: `https://${here}` } },
        "another name for this machine": { headers: { host: "evil.example" } },
        "a name that begins well": { headers: { host: "localhost.evil.example" } },
        "another site": { headers: { "sec-fetch-site": "cross-site" } },
        "another port's page": { headers: { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" } },
      })) {
        const reply = await opened.raw("GET", path, options);
        assert.equal(reply.status, 403, `${path}: ${what}`);
        assert.notInclude(reply.text, right);
      }
    }
  });

  it("lets the token in by header, query and cookie", async () => {
    assert.equal((await opened.raw("GET", "/api/status")).status, 200);
    assert.equal((await opened.raw("GET", `/api/status?token=${opened.server.token}`, { token: "" })).status, 200);
    const bearer = { authorization: `Bearer ${opened.server.token}` };
    assert.equal((await opened.raw("GET", "/api/status", { token: "", headers: bearer })).status, 200);
    assert.match(cookie, /; HttpOnly; SameSite=Strict/);
    assert.notInclude(cookie, opened.server.token);
    const headers = { cookie: cookie.split(";")[0] as string };
    assert.equal((await opened.raw("GET", "/api/status", { token: "", headers })).status, 200);
    assert.equal(
      (await opened.raw("GET", "/api/status", { token: "", headers: { cookie: `${headers.cookie}x` } })).status,
      403,
    );
  });

  it("takes changes with the cookie from its own page only", async () => {
    const mine = { cookie: cookie.split(";")[0] as string };
    const here = `http://127.0.0.1:${opened.server.port}`;
    const post = (headers: Record<string, string>) =>
      opened.raw("POST", "/api/contents", { token: "", headers: { ...mine, ...headers }, body: "{}" });
    assert.equal((await post({})).status, 403);
    assert.equal((await post({ origin: "http://evil.example" })).status, 403);
    assert.equal((await post({ origin: here })).status, 201);
  });

  it("says on every reply what browsers may not do, and lets no other page read", async () => {
    for (const path of [...paths, "/%zz", "/api/contents/%zz"]) {
      const { headers } = await opened.raw("GET", path);
      assert.equal(headers["x-content-type-options"], "nosniff", path);
      assert.match(String(headers["content-security-policy"]), /frame-ancestors 'none'/, path);
      assert.equal(headers["cross-origin-resource-policy"], "same-origin", path);
      assert.equal(headers["referrer-policy"], "no-referrer", path);
      assert.isUndefined(headers["access-control-allow-origin"], path);
    }
    const preflight = { origin: "http://evil.example", "access-control-request-method": "PUT" };
    const reply = await opened.raw("OPTIONS", "/api/contents/a.ipynb", { token: "", headers: preflight });
    assert.equal(reply.status, 403);
  });

  it("gives each load of the page a nonce of its own", async () => {
    const [one, two] = await Promise.all([opened.raw("GET", "/"), opened.raw("GET", "/")]);
    const nonce = /nonce="([^"]+)"/.exec(one.text)?.[1] as string;
    assert.include(String(one.headers["content-security-policy"]), `'nonce-${nonce}'`);
    assert.notInclude(two.text, nonce);
    assert.notMatch(
      String(one.headers["content-security-policy"]),
      /unsafe-inline'[^;]*script|script-src[^;]*unsafe-inline/,
    );
  });

  it("refuses websockets without the token and from other pages", async () => {
    const { body } = await opened.json("POST", "/api/kernels", {});
    const { id } = body as { id: string };
    const url = `ws://127.0.0.1:${opened.server.port}/api/kernels/${id}/channels`;
    const withToken = `${url}?token=${opened.server.token}`;
    const headers = { cookie: cookie.split(";")[0] as string };
    assert.equal(await connect(url), 403);
    assert.equal(await connect(`${url}?token=x`), 403);
    assert.equal(await connect(withToken, { origin: "http://evil.example" }), 403);
    assert.equal(await connect(withToken, { origin: `http://127.0.0.1:${opened.server.port + 1}` }), 403);
    assert.equal(await connect(withToken, { host: "evil.example" }), 403);
    assert.equal(await connect(url, headers), 403, "a cookie alone");
    assert.equal(await connect(url, { ...headers, origin: "http://evil.example" }), 403);
    assert.equal(await connect(withToken.replace(id, "no-such-kernel")), 404);
    assert.equal(await connect(withToken.replace("channels", "other")), 404);
    assert.equal(await connect(withToken), 101);
    assert.equal(await connect(url, { ...headers, origin: `http://127.0.0.1:${opened.server.port}` }), 101);
    await opened.json("DELETE", `/api/kernels/${id}`);
  });
});

describe("server: no way out of the folder", () => {
  let opened: Opened;
  const secret = "the secret of another folder";
  before(async () => {
    opened = await open();
    await mkdir(`${opened.root}-outside`);
    await writeFile(`${opened.root}-outside/secret.txt`, secret);
    await mkdir(join(opened.root, "sub"));
    await writeFile(join(opened.root, "inside.txt"), "inside");
    if (process.platform === "win32") return;
    await symlink(`${opened.root}-outside`, join(opened.root, "link"));
    await symlink(`${opened.root}-outside/secret.txt`, join(opened.root, "link.txt"));
    await symlink("../..", join(opened.root, "sub", "up"));
    await symlink(`${opened.root}-outside/new.txt`, join(opened.root, "dangling.txt"));
    await symlink(`${opened.root}-outside`, join(opened.root, "sub", ".ipynb_checkpoints"));
    await writeFile(join(opened.root, "sub", "a.txt"), "a");
  });
  after(async () => {
    const { rm } = await import("node:fs/promises");
    await rm(`${opened.root}-outside`, { recursive: true, force: true });
    await opened.close();
  });

  it("refuses every spelling of a path that leaves it, for reading, writing, deleting, making, moving and downloading", async () => {
    const name = opened.root.split(/[/\\]/).at(-1);
    const escapes = [
      `../${name}-outside/secret.txt`,
      `sub/../../${name}-outside/secret.txt`,
      `%2e%2e/${name}-outside/secret.txt`,
      `%2E%2E%2F${name}-outside%2Fsecret.txt`,
      `..%2f${name}-outside/secret.txt`,
      `..%5c${name}-outside%5csecret.txt`,
      `..\\${name}-outside\\secret.txt`,
      `sub/..%5c..%5c${name}-outside/secret.txt`,
      `.%2e/${name}-outside/secret.txt`,
      `%252e%252e/${name}-outside/secret.txt`,
      `..%c0%af${name}-outside/secret.txt`,
      `%c0%ae%c0%ae/${name}-outside/secret.txt`,
      `%2f${encodeURIComponent(opened.root)}-outside/secret.txt`,
      `/${opened.root}-outside/secret.txt`,
      `C:/Windows/win.ini`,
      `C:%5CWindows%5Cwin.ini`,
      `%5c%5cserver%5cshare%5cfile.txt`,
      `%5c%5c?%5cC:%5Cfile.txt`,
      `file:///etc/passwd`,
      `inside.txt%00.ipynb`,
      `sub%00/../../x`,
      `NUL`,
      `con.ipynb`,
      `sub/COM1.txt`,
      `aux`,
      `.ssh/id_rsa`,
      `sub/.git/config`,
      `in%0aside.txt`,
      `${"a".repeat(300)}.ipynb`,
      ...(process.platform === "win32"
        ? []
        : ["link/secret.txt", "link.txt", "sub/up/etc/passwd", "link/new.txt", "dangling.txt", "sub/up", "link"]),
    ];
    assert.isAtLeast(escapes.length, 20);
    const before = (await readdir(`${opened.root}-outside`)).join();
    for (const path of escapes) {
      const api = `/api/contents/${path}`;
      const body = JSON.stringify({ type: "file", format: "text", content: "overwritten" });
      const replies = await Promise.all([
        opened.raw("GET", api),
        opened.raw("GET", `/files/${path}`),
        opened.raw("PUT", api, { body }),
        opened.raw("POST", api, { body: "{}" }),
        opened.raw("PATCH", api, { body: JSON.stringify({ path: "stolen.txt" }) }),
        opened.raw("DELETE", api),
        opened.raw("POST", `${api}/checkpoints`),
        opened.raw("POST", "/api/contents", { body: JSON.stringify({ copy_from: decode(path) }) }),
        opened.raw("PATCH", "/api/contents/inside.txt", { body: JSON.stringify({ path: decode(path) }) }),
        opened.raw("POST", "/api/sessions", { body: JSON.stringify({ path: decode(path), type: "notebook" }) }),
      ]);
      for (const [i, { status, text }] of replies.entries()) {
        assert.include([400, 403, 404], status, `${path}, request ${i}: ${text}`);
        assert.notInclude(text, secret, path);
      }
    }
    assert.deepEqual((await opened.json("GET", "/api/kernels")).body, [], "no kernel was started for them");
    assert.equal((await readdir(`${opened.root}-outside`)).join(), before);
    const inside = (await opened.json("GET", "/api/contents/inside.txt")).body as { content: string };
    assert.equal(inside.content, "inside");
    const listed = (await opened.json("GET", "/api/contents")).body as { content: { name: string }[] };
    assert.sameMembers(
      listed.content.map((one) => one.name),
      ["inside.txt", "sub"],
    );
  });

  it("keeps checkpoints in the folder when theirs is a link", async function () {
    if (process.platform === "win32") {
      console.log("      skipped: links need rights on Windows");
      return this.skip();
    }
    assert.equal((await opened.json("POST", "/api/contents/sub/a.txt/checkpoints")).status, 400);
    assert.equal((await readdir(`${opened.root}-outside`)).join(), "secret.txt");
    return undefined;
  });

  it("knows which names Windows takes for something else", () => {
    for (const name of ["a:b.ipynb", "a.ipynb:stream", "a?", "a*", "a.", "a ", "LPT9", "conout$", "com¹.txt"])
      assert.isString(faultOf(name, "win32"), name);
    for (const name of [
      "a.ipynb",
      "console.ipynb",
      "команда.ipynb",
      "a b.ipynb",
      "nul-model.ipynb",
      "<img src=x onerror=alert(1)>.ipynb",
    ])
      assert.isNull(faultOf(name, "linux"), name);
  });
});

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The status of the reply to the upgrade. */
function connect(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers });
    socket.on("open", () => {
      socket.close();
      resolve(101);
    });
    socket.on("unexpected-response", (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on("error", () => {});
  });
}
