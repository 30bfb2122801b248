import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { parseParameters, runNotebooks } from "../../kernel/run/index.js";
import { NotebookOutputs, overwritten } from "../../kernel/run/outputs.js";
import { startServer } from "../../kernel/server/index.js";
import { until } from "./server/open.js";

interface Output {
  readonly output_type: string;
  readonly text?: string[];
  readonly data?: Record<string, string[]>;
  readonly ename?: string;
}
interface Cell {
  readonly source: string[];
  readonly execution_count: number | null;
  readonly outputs: Output[];
}

describe("weft run", function () {
  this.timeout(90_000);
  let folder: string;
  let said: string;
  const write = process.stderr.write;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-run-"));
    said = "";
    process.stderr.write = ((text: string) => {
      said += text;
      return true;
    }) as typeof write;
  });
  afterEach(async () => {
    process.stderr.write = write;
    await rm(folder, { recursive: true, force: true });
  });

  const put = async (name: string, ...cells: (string | { source: string; tags: string[] })[]): Promise<string> => {
    const made = cells.map((cell, i) => {
      const { source, tags } = typeof cell === "string" ? { source: cell, tags: undefined } : cell;
      const metadata = tags ? { tags } : {};
      return {
        cell_type: "code",
        id: `c${i}`,
        metadata,
        source,
        execution_count: 9,
        outputs: [{ output_type: "stream", name: "stdout", text: "old" }],
      };
    });
    const text = { cell_type: "markdown", id: "m", metadata: {}, source: "# Title" };
    const metadata = { kernelspec: { name: "weft", display_name: "TypeScript", language: "typescript" } };
    const file = join(folder, name);
    await writeFile(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [text, ...made] }));
    return file;
  };
  const cellsOf = async (file: string): Promise<Cell[]> => JSON.parse(await readFile(file, "utf8")).cells.slice(1);

  it("runs all cells in order, with parameters, and writes what they put out", async () => {
    const file = await put(
      "a.ipynb",
      { source: "let epochs = 2;", tags: ["parameters"] },
      "for (let i = 0; i < epochs; i++) console.log(i);",
      "throw new RangeError('meant')",
      "  ",
      "epochs + 1",
    );
    const text = await readFile(file, "utf8");
    await writeFile(
      file,
      text.replace('"id":"c2","metadata":{}', '"id":"c2","metadata":{"tags":["raises-exception"]}'),
    );
    const out = join(folder, "out");
    assert.equal(await runNotebooks([file], { out, parameters: parseParameters(["epochs=3", "name=x y"]) }), 0, said);
    const cells = await cellsOf(join(out, "a.ipynb"));
    assert.deepEqual(cells[1]?.source, ["let epochs = 3;\n", 'let name = "x y";']);
    assert.deepEqual(cells[2]?.outputs[0]?.text, ["0\n", "1\n", "2\n"]);
    assert.equal(cells[3]?.outputs[0]?.ename, "RangeError");
    assert.deepEqual(cells[4]?.outputs, []);
    assert.deepEqual(cells[5]?.outputs[0]?.data?.["text/plain"], ["4"]);
    assert.deepEqual(
      cells.map((cell) => cell.execution_count),
      [1, 2, 3, 4, null, 5],
    );
    assert.match(said, /a\.ipynb: cell 2\/7: let epochs = 2;/);
    assert.include(await readFile(file, "utf8"), '"old"', "the original is left");

    // Once more over its own result: the cell of parameters is replaced.
    assert.equal(await runNotebooks([join(out, "a.ipynb")], { parameters: { epochs: 1 } }), 0, said);
    const again = await cellsOf(join(out, "a.ipynb"));
    assert.lengthOf(again, 6);
    assert.deepEqual(again[2]?.outputs[0]?.text, ["0\n"]);
  });

  it("tells of the cell that failed, keeps its outputs, and goes on to the next notebook", async () => {
    const bad = await put(
      "bad.ipynb",
      "1",
      "console.log('before'); throw new RangeError('too far')",
      "console.log('after')",
    );
    const good = await put("good.ipynb", "console.log('fine')");
    const out = join(folder, "out");
    assert.equal(await runNotebooks([bad, join(folder, "none.ipynb"), good], { out }), 1);
    assert.match(said, /bad\.ipynb: cell 3 failed\n {4}console\.log\('before'\)/);
    assert.include(said, "too far");
    assert.match(said, /none\.ipynb: ENOENT/);
    const cells = await cellsOf(join(out, "bad.ipynb"));
    assert.deepEqual(
      cells[1]?.outputs.map((one) => one.output_type),
      ["stream", "error"],
    );
    assert.deepEqual(cells[2]?.outputs, [], "nothing ran after it, and what was there is gone");
    assert.deepEqual((await cellsOf(join(out, "good.ipynb")))[0]?.outputs[0]?.text, ["fine\n"]);
  });

  it("stops cells that take too long, and tells of kernels that die", async () => {
    const slow = await put("slow.ipynb", "console.log('begun'); while (true) {}");
    const dead = await put(
      "dead.ipynb",
      "console.log('dying'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50); await new Promise(() => {})",
    );
    const before = await readFile(dead, "utf8");
    const out = join(folder, "out");
    assert.equal(await runNotebooks([slow], { out, timeoutSeconds: 4 }), 1);
    assert.match(said, /slow\.ipynb: cell 2 was stopped\n.*\nit took more than 4 s/);
    assert.deepEqual((await cellsOf(join(out, "slow.ipynb")))[0]?.outputs[0]?.text, ["begun\n"]);
    assert.equal(await runNotebooks([dead]), 1);
    assert.match(said, /dead\.ipynb: cell 2 ended with its kernel/);
    assert.equal(await readFile(dead, "utf8"), before, "a failed run leaves the original");
  });

  it("ends when it is interrupted", async () => {
    const stop = new AbortController();
    const file = await put("long.ipynb", "while (true) {}");
    const other = await put("never.ipynb", "1");
    const running = runNotebooks([file, other], { signal: stop.signal });
    await until(() => said.includes("cell 2/2"), "the cell is given to the kernel");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    stop.abort();
    assert.equal(await running, 130);
    assert.notInclude(said, "never.ipynb");
  });

  it("runs on a server that is there already, and leaves no kernel on it", async () => {
    const server = await startServer({ root: folder, port: 0, state: join(folder, "state") });
    const file = await put("a.ipynb", "console.log('there')");
    const address = `${server.url}lab/tree/a.ipynb?token=${server.token}`;
    assert.equal(await runNotebooks([file], { server: address }), 0, said);
    assert.deepEqual((await cellsOf(file))[0]?.outputs[0]?.text, ["there\n"]);
    // Beside the notebook, as seen from where the command is given.
    const here = process.cwd();
    try {
      process.chdir(folder);
      await mkdir(join(folder, "below"));
      const below = await put(join("below", "b.ipynb"), "console.log(process.cwd())");
      assert.equal(await runNotebooks([below], { server: address }), 0, said);
      const [told] = (await cellsOf(below))[0]?.outputs[0]?.text ?? [];
      assert.equal(told?.trim(), await realpath(join(folder, "below")));
    } finally {
      process.chdir(here);
    }
    const left = await fetch(`${server.url}api/kernels?token=${server.token}`);
    assert.deepEqual(await left.json(), []);
    await server.close();
  });

  it("refuses what isn't a parameter, an address or a notebook", async () => {
    assert.throws(() => parseParameters(["5"]), /expected name=value/);
    assert.throws(() => parseParameters(["a-b=1"]), /expected name=value/);
    assert.deepEqual(parseParameters(["a=[1, 2]", "b=text", "c=", "d=a=b"]), { a: [1, 2], b: "text", c: "", d: "a=b" });
    const file = join(folder, "x.ipynb");
    await writeFile(file, "[]");
    assert.equal(await runNotebooks([file]), 1);
    assert.match(said, /not a notebook: it isn't a JSON object/);
    assert.equal(await runNotebooks([await put("y.ipynb", "1")], { server: "nowhere" }), 1);
    assert.match(said, /--server nowhere: expected an address/);
  });
});

describe("weft run: outputs", () => {
  it("merges streams, clears, and updates displays of earlier cells", () => {
    const all = new NotebookOutputs();
    const [one, two] = [all.begin("1"), all.begin("2")];
    const shown = (text: string, display?: string) => ({
      data: { "text/plain": text },
      ...(display === undefined ? {} : { transient: { display_id: display } }),
    });
    all.hear("stream", { name: "stdout", text: "a" }, "1");
    all.hear("stream", { name: "stdout", text: "b\n" }, "1");
    all.hear("stream", { name: "stderr", text: "c" }, "1");
    all.hear("display_data", shown("first", "d"), "1");
    all.hear("display_data", shown("other"), "2");
    all.hear("update_display_data", shown("second", "d"), "2");
    assert.deepEqual(one.list, [
      { output_type: "stream", name: "stdout", text: "ab\n" },
      { output_type: "stream", name: "stderr", text: "c" },
      { output_type: "display_data", data: { "text/plain": "second" }, metadata: {} },
    ]);
    all.hear("clear_output", { wait: true }, "2");
    assert.lengthOf(two.list, 1, "until the next output comes");
    all.hear("stream", { name: "stdout", text: "new" }, "2");
    assert.deepEqual(two.list, [{ output_type: "stream", name: "stdout", text: "new" }]);
    all.hear("clear_output", { wait: false }, "2");
    assert.deepEqual(two.list, []);
    all.hear("stream", { name: "stdout", text: "nobody's" }, "3");
    all.hear("status", { execution_state: "idle" }, "1");
  });

  it("keeps of a progress bar what a terminal would show at the end", () => {
    assert.equal(overwritten("10%\r50%\r100%\nnext\r\n"), "100%\nnext\r\n");
    assert.equal(overwritten("10%\r50%\r"), "50%\r");
  });
});
