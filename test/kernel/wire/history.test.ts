// The history: kept in a file, found by range, from its end, and by pattern.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { globMatcher } from "../../../kernel/wire/glob.js";
import { History } from "../../../kernel/wire/history.js";
import { FakeKernel, ok } from "./fakeKernel.js";

describe("wire: history", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "weft-history-"));
    file = join(folder, "deep", "history.jsonl");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const tail = (history: History, n: number, output = false): unknown =>
    history.answer({ hist_access_type: "tail", n, output });

  it("is kept across restarts, over the sockets", async () => {
    for (const round of [1, 2]) {
      const kernel = await FakeKernel.start({ historyFile: file });
      const front = await kernel.front();
      kernel.cell = ({ id, code, executionCount }) => {
        const data = { "text/plain": `value of ${code}` };
        if (!code.endsWith(";"))
          kernel.wire.publish(id, { type: "execute_result", content: { execution_count: executionCount, data } });
        return ok;
      };
      for (const code of [`a${round}`, `b${round};`]) await front.ask("execute_request", { code });
      await front.ask("execute_request", { code: "not stored", store_history: false });
      await front.ask("execute_request", { code: "silent", silent: true });
      const asked = await front.ask("history_request", { hist_access_type: "tail", n: 3, output: true, raw: true });
      const now = [
        [round, 1, [`a${round}`, `value of a${round}`]],
        [round, 2, [`b${round};`, null]],
      ];
      const before = [[1, 2, ["b1;", null]]];
      expect(asked.content).to.deep.equal({ status: "ok", history: round === 1 ? now : [...before, ...now] });
      await kernel.end();
    }
  });

  it("answers ranges of this session and of older ones", () => {
    for (const session of ["first", "second", "third"]) {
      const history = new History(file);
      for (let line = 1; line <= 4; line++) history.add(line, `${session} ${line}`, null);
    }
    const history = new History(file);
    history.add(1, "now", "shown");
    const range = (request: object): unknown => history.answer({ hist_access_type: "range", ...request });
    expect(range({ session: 0, start: 1, stop: 2 })).to.deep.equal([[4, 1, "now"]]);
    expect(range({ session: 0, output: true })).to.deep.equal([[4, 1, ["now", "shown"]]]);
    expect(range({ session: -1, start: 2, stop: 4 })).to.deep.equal([
      [3, 2, "third 2"],
      [3, 3, "third 3"],
    ]);
    expect(range({ session: 1, start: 3, stop: null })).to.deep.equal([
      [1, 3, "first 3"],
      [1, 4, "first 4"],
    ]);
    expect(range({ session: 2, start: -2 })).to.deep.equal([
      [2, 3, "second 3"],
      [2, 4, "second 4"],
    ]);
    expect(range({ session: 2, start: 0, stop: -3 })).to.deep.equal([[2, 1, "second 1"]]);
    expect(range({ session: 99 })).to.deep.equal([]);
    expect(tail(history, 2)).to.deep.equal([
      [3, 4, "third 4"],
      [4, 1, "now"],
    ]);
    expect(tail(history, 0)).to.deep.equal([]);
    expect(history.answer({ hist_access_type: "tail" }).length).to.equal(10);
  });

  it("searches by pattern, newest last, each input once if wanted", () => {
    const history = new History(null);
    for (const [i, input] of ["let a = 1", "fit(a)", "let b = 2", "let a = 1", "x\nfit(b)"].entries())
      history.add(i + 1, input, null);
    const search = (request: object): unknown =>
      history.answer({ hist_access_type: "search", ...request }).map(([, line]) => line);
    expect(search({ pattern: "let*" })).to.deep.equal([1, 3, 4]);
    expect(search({ pattern: "let*", unique: true })).to.deep.equal([3, 4]);
    expect(search({ pattern: "let*", n: 1 })).to.deep.equal([4]);
    expect(search({ pattern: "*fit(?)" })).to.deep.equal([2, 5]);
    expect(search({ pattern: "fit" })).to.deep.equal([]);
    expect(search({ pattern: "let [^a] = [0-9]" })).to.deep.equal([3]);
    expect(search({})).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it("keeps kernels that write side by side apart", () => {
    const one = new History(file);
    const two = new History(file);
    one.add(1, "one 1", null);
    two.add(1, "two 1", null);
    one.add(2, "one 2", null);
    expect(tail(new History(file), 9)).to.deep.equal([
      [1, 1, "one 1"],
      [1, 2, "one 2"],
      [2, 1, "two 1"],
    ]);
    expect(tail(two, 9)).to.deep.equal([
      [1, 1, "one 1"],
      [1, 2, "one 2"],
      [2, 1, "two 1"],
    ]);
  });

  it("leaves broken lines out, and goes on without a file that can't be written", () => {
    const first = new History(file);
    first.add(1, "good", null);
    appendFileSync(file, '{"kernel":"x","line":2,"inp\n\n[]\nnull\n{"kernel":1}\n');
    const second = new History(file);
    second.add(1, "more", null);
    appendFileSync(file, '{"cut off');
    expect(tail(new History(file), 9)).to.deep.equal([
      [1, 1, "good"],
      [2, 1, "more"],
    ]);
    writeFileSync(join(folder, "file"), "");
    const nowhere = new History(join(folder, "file", "history.jsonl"));
    nowhere.add(1, "kept here", null);
    expect(tail(nowhere, 1)).to.deep.equal([[1, 1, "kept here"]]);
  });

  it("forgets the oldest when the file has grown", () => {
    const text = "x".repeat(100000);
    const history = new History(file);
    for (let line = 1; line <= 100; line++) history.add(line, `${line} ${text}`, text);
    const kept = (new History(file).answer({ hist_access_type: "search" }) as [number, number, string][]).map(
      (a) => a[1],
    );
    expect(kept.at(-1)).to.equal(100);
    expect(kept.length).to.be.within(42, 90);
    expect(kept).to.deep.equal(kept.map((_, i) => 101 - kept.length + i));
    for (const one of [file, `${file}.old`]) expect(statSync(one).size).to.be.below(4.4e6);
    // Outputs as long as that aren't kept.
    expect(readFileSync(file, "utf8").match(/"output":null/g)?.length).to.be.greaterThan(1);
    if (process.platform !== "win32") expect(statSync(file).mode & 0o077).to.equal(0);
  });

  it("matches patterns as a regular expression would, and in little time", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "\u{1f600}", "."), maxLength: 8 });
    const pieces = fc.array(fc.constantFrom("a", "b", "*", "?", ".", "[ab]", "[^a]", "[a-b]", "\u{1f600}"), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(letters, pieces, (text, parts) => {
        const source = parts.map((part) =>
          part === "*" ? "[^]*" : part === "?" ? "[^]" : part === "." ? "\\." : part,
        );
        const expected = new RegExp(`^${source.join("")}$`, "u").test(text);
        expect(globMatcher(parts.join(""))(text), `${parts.join("")} on ${text}`).to.equal(expected);
      }),
      { numRuns: 2000 },
    );
    expect(globMatcher("a[")("a[")).to.equal(true);
    expect(globMatcher("[]]")("]")).to.equal(true);
    const started = performance.now();
    expect(globMatcher(`${"*a".repeat(50)}b`)("a".repeat(5000))).to.equal(false);
    expect(performance.now() - started).to.be.below(1000);
  });
});
