import { readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contents } from "@jupyterlab/services";
import { assert } from "chai";
import { type Opened, open } from "./open.js";

const notebook = (source: string, metadata = {}) => ({
  cells: [
    { cell_type: "markdown", id: "a", metadata: {}, source: "# Title\nwith text" },
    {
      cell_type: "code",
      id: "b",
      metadata,
      source,
      execution_count: 1,
      outputs: [
        { output_type: "stream", name: "stdout", text: "one\ntwo\n" },
        {
          output_type: "display_data",
          metadata: {},
          data: { "text/html": "<b>1</b>\n<i>2</i>", "application/json": { b: ["x", "y"], a: "z\n" } },
        },
      ],
    },
  ],
  metadata: { z: 1, a: 2 },
  nbformat: 4,
  nbformat_minor: 5,
});

describe("server: contents, through Jupyter's own client", () => {
  let opened: Opened;
  let contents: Opened["contents"];
  before(async () => {
    opened = await open();
    contents = opened.contents;
  });
  after(() => opened.close());
  const onDisk = async (name: string) => readFile(join(opened.root, name), "utf8");

  it("makes, lists, renames, copies and deletes", async () => {
    const first = await contents.newUntitled({ type: "notebook" });
    const second = await contents.newUntitled({ type: "notebook" });
    const folder = await contents.newUntitled({ type: "directory" });
    const text = await contents.newUntitled({ type: "file", ext: "md" });
    assert.deepEqual(
      [first, second, folder, text].map((one) => one.path),
      ["Untitled.ipynb", "Untitled1.ipynb", "Untitled Folder", "untitled.md"],
    );
    const hostile = `${folder.path}/<img src=x onerror=alert(1)> & "ünï" 100%.ipynb`;
    assert.equal((await contents.rename(first.path, hostile)).path, hostile);
    const copy = await contents.copy(hostile, folder.path);
    assert.equal(copy.name, `<img src=x onerror=alert(1)> & "ünï" 100%-Copy1.ipynb`);
    const listed = await contents.get(folder.path);
    assert.lengthOf(listed.content as unknown[], 2);
    assert.equal((await contents.get(hostile)).type, "notebook");
    await rejects(contents.rename(second.path, copy.path), /exists already/);
    await rejects(contents.delete(folder.path), /isn't empty/);
    for (const path of [hostile, copy.path, folder.path, second.path, text.path]) await contents.delete(path);
    assert.deepEqual((await contents.get("")).content, []);
    await rejects(contents.get("Untitled.ipynb"), /there is no/);
  });

  it("writes notebooks as nbformat does and gives back what was saved", async () => {
    const saved = notebook("let a = 1;\na");
    await contents.save("nb.ipynb", { type: "notebook", format: "json", content: saved });
    const text = await onDisk("nb.ipynb");
    const parsed = JSON.parse(text);
    assert.deepEqual(parsed.cells[1].source, ["let a = 1;\n", "a"]);
    assert.deepEqual(parsed.cells[1].outputs[0].text, ["one\n", "two\n"]);
    assert.deepEqual(parsed.cells[1].outputs[1].data["text/html"], ["<b>1</b>\n", "<i>2</i>"]);
    assert.deepEqual(parsed.cells[1].outputs[1].data["application/json"], { a: "z\n", b: ["x", "y"] });
    assert.match(text, /^\{\n "cells": \[\n {2}\{\n {3}"cell_type": "markdown",\n {3}"id": "a"/);
    assert.isTrue(text.endsWith("}\n"));
    const read = (await contents.get("nb.ipynb")).content;
    read.cells.forEach((cell: { metadata: { trusted?: boolean } }) => delete cell.metadata.trusted);
    assert.deepEqual(read, saved);
    assert.deepEqual(await readdir(opened.root), ["nb.ipynb"], "no temporary file is left");
  });

  it("reads and writes text and bytes", async () => {
    await contents.save("a.txt", { type: "file", format: "text", content: "zwölf\n" });
    assert.equal(await onDisk("a.txt"), "zwölf\n");
    const bytes = Buffer.from([0, 255, 254, 128, 10]);
    await contents.save("a.bin", { type: "file", format: "base64", content: bytes.toString("base64") });
    assert.deepEqual(await readFile(join(opened.root, "a.bin")), bytes);
    const model = await contents.get("a.bin");
    assert.deepEqual([model.format, model.content], ["base64", bytes.toString("base64")]);
    await rejects(contents.get("a.bin", { content: true, format: "text" }), /UTF-8/);
    await rejects(contents.get("a.txt", { content: true, type: "directory" }), /is a file, not a directory/);
    assert.equal((await contents.get("nb.ipynb", { content: true, type: "file" })).format, "text");
    await rejects(
      contents.save("none/a.txt", { type: "file", format: "text", content: "" }),
      /there is no folder "none"/,
    );
  });

  it("takes large files in pieces, whole or not at all", async () => {
    const part = (chunk: number, content: string) =>
      contents.save("big.txt", { type: "file", format: "text", content, chunk } as Partial<Contents.IModel>);
    await contents.save("big.txt", { type: "file", format: "text", content: "before" });
    await part(1, "one ");
    await part(2, "two ");
    assert.equal(await onDisk("big.txt"), "before");
    await part(-1, "three");
    assert.equal(await onDisk("big.txt"), "one two three");
    await rejects(part(2, "x"), /no first part/);
  });

  it("keeps a checkpoint, restores it, and takes it along", async () => {
    await contents.save("c.txt", { type: "file", format: "text", content: "first" });
    const checkpoint = await contents.createCheckpoint("c.txt");
    await contents.save("c.txt", { type: "file", format: "text", content: "second" });
    await contents.rename("c.txt", "d.txt");
    assert.deepEqual(
      (await contents.listCheckpoints("d.txt")).map((one) => one.id),
      [checkpoint.id],
    );
    await contents.restoreCheckpoint("d.txt", checkpoint.id);
    assert.equal(await onDisk("d.txt"), "first");
    await contents.deleteCheckpoint("d.txt", checkpoint.id);
    assert.deepEqual(await contents.listCheckpoints("d.txt"), []);
    await rejects(contents.restoreCheckpoint("d.txt", "checkpoint"), /no checkpoint/);
  });

  it("refuses to save over what has changed on disk since it was read", async () => {
    await contents.save("e.ipynb", { type: "notebook", format: "json", content: notebook("1") });
    const read = await contents.get("e.ipynb", { content: true, hash: true });
    const mine = { type: "notebook" as const, format: "json" as const, content: notebook("mine") };
    // Another program writes, and even keeps the time.
    const { mtime } = await stat(join(opened.root, "e.ipynb"));
    await writeFile(join(opened.root, "e.ipynb"), JSON.stringify(notebook("theirs")));
    await utimes(join(opened.root, "e.ipynb"), mtime, mtime);
    await rejects(contents.save("e.ipynb", { ...mine, hash: read.hash as string }), /has changed on disk/);
    await utimes(join(opened.root, "e.ipynb"), mtime, new Date(mtime.getTime() + 1000));
    await rejects(contents.save("e.ipynb", { ...mine, last_modified: read.last_modified }), /has changed on disk/);
    assert.include(await onDisk("e.ipynb"), "theirs");
    const again = await contents.get("e.ipynb", { content: true, hash: true });
    const one = contents.save("e.ipynb", { ...mine, hash: again.hash as string });
    const two = contents.save("e.ipynb", { ...mine, content: notebook("of another tab"), hash: again.hash as string });
    const done = await Promise.allSettled([one, two]);
    assert.sameMembers(
      done.map(({ status }) => status),
      ["fulfilled", "rejected"],
    );
    await contents.save("e.ipynb", mine);
    assert.include(await onDisk("e.ipynb"), "mine");
  });

  it("doesn't take a notebook's word for being trusted", async () => {
    const trusted = async (path: string) => (await contents.get(path)).content.cells[1].metadata.trusted;
    await writeFile(join(opened.root, "evil.ipynb"), JSON.stringify(notebook("1", { trusted: true })));
    assert.isFalse(await trusted("evil.ipynb"));
    // Saved by a front end in which the outputs were made, or the user has said so.
    await contents.save("mine.ipynb", { type: "notebook", content: notebook("1", { trusted: true }) });
    assert.isTrue(await trusted("mine.ipynb"));
    assert.notInclude(await onDisk("mine.ipynb"), "trusted");
    await contents.rename("mine.ipynb", "still-mine.ipynb");
    assert.isTrue(await trusted("still-mine.ipynb"));
    await writeFile(join(opened.root, "still-mine.ipynb"), (await onDisk("still-mine.ipynb")).replace("one", "two"));
    assert.isFalse(await trusted("still-mine.ipynb"));
    assert.equal((await opened.json("POST", "/api/contents/evil.ipynb/trust")).status, 201);
    assert.isTrue(await trusted("evil.ipynb"));
  });

  it("refuses what isn't a notebook and keeps the file", async () => {
    await contents.save("keep.ipynb", { type: "notebook", content: notebook("1") });
    const before = await onDisk("keep.ipynb");
    for (const content of [null, [], {}, "text", { nbformat: 3 }, { nbformat: 4, metadata: {}, cells: [1] }])
      await rejects(contents.save("keep.ipynb", { type: "notebook", content }), /not a notebook/);
    assert.equal(await onDisk("keep.ipynb"), before);
    await writeFile(join(opened.root, "broken.ipynb"), '{"cells": [');
    await rejects(contents.get("broken.ipynb"), /not a notebook/);
    assert.equal((await contents.get("broken.ipynb", { content: true, type: "file" })).content, '{"cells": [');
  });

  it("gives files as they are, for pictures and downloads", async () => {
    const bytes = Buffer.from([0x89, 0x50, 0, 255]);
    await writeFile(join(opened.root, "100% ü.png"), bytes);
    const path = `/files/${encodeURIComponent("100% ü.png")}`;
    const reply = await opened.raw("GET", path);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers["content-type"], "image/png");
    assert.equal(reply.headers["content-length"], "4");
    assert.match(String(reply.headers["content-security-policy"]), /sandbox$/);
    const again = await opened.raw("GET", path, { headers: { "if-none-match": String(reply.headers.etag) } });
    assert.equal(again.status, 304);
    const download = await opened.raw("GET", `${path}?download=1`);
    assert.match(String(download.headers["content-disposition"]), /^attachment; filename\*=UTF-8''100%25%20/);
    assert.equal((await opened.raw("GET", "/files/none.png")).status, 404);
    assert.equal((await opened.raw("GET", "/files/")).status, 404);
  });

  it("gives notebooks as pages to download", async () => {
    await contents.save("ünï.ipynb", { type: "notebook", content: notebook("let page = 1") });
    assert.deepEqual((await opened.json("GET", "/api/nbconvert")).body, { html: { output_mimetype: "text/html" } });
    const { status, headers, text } = await opened.raw("GET", `/nbconvert/html/${encodeURIComponent("ünï.ipynb")}`);
    assert.equal(status, 200);
    assert.equal(headers["content-disposition"], "attachment; filename*=UTF-8''%C3%BCn%C3%AF.html");
    assert.match(String(headers["content-security-policy"]), /sandbox$/);
    assert.include(text, "<title>Title</title>");
    assert.equal((await opened.raw("GET", "/nbconvert/html/none.ipynb")).status, 404);
    assert.equal((await opened.raw("GET", "/nbconvert/html/..%2fx.ipynb")).status, 400);
  });

  it("opens and saves a notebook of 100 MB", async function () {
    this.timeout(90_000);
    const large = notebook("1");
    const picture = "A".repeat(4 * 1024 * 1024);
    const output = { output_type: "display_data", metadata: {}, data: { "image/png": picture } };
    (large.cells[1] as { outputs: unknown[] }).outputs = Array.from({ length: 25 }, () => output);
    await contents.save("large.ipynb", { type: "notebook", content: large });
    assert.isAbove((await stat(join(opened.root, "large.ipynb"))).size, 100 * 1024 * 1024);
    const read = await contents.get("large.ipynb");
    assert.lengthOf(read.content.cells[1].outputs, 25);
    await contents.delete("large.ipynb");
  });
});

async function rejects(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: Error) => reason,
  );
  assert.match(error?.message ?? "nothing was refused", message);
}
