import { expect } from "chai";
import { plain, TestNotebook } from "./notebook.js";

describe("cells run", () => {
  const notebook = new TestNotebook();
  before(() => notebook.open());
  after(() => notebook.close());

  it("give the value of the last expression", async () => {
    expect(await notebook.value("const a = 20; a + 1")).to.equal(21);
    expect(await notebook.value("a + 2")).to.equal(22);
    expect(await notebook.outcome("null")).to.deep.equal({ status: "ok", hasValue: true, value: null });
  });

  it("give none after a semicolon, a statement, or undefined", async () => {
    for (const code of ["a + 1;", "a + 1; // shown?", "const nothing = 1", "undefined", "", "// only a comment", ";"])
      expect(await notebook.outcome(code), code).to.deep.equal({ status: "ok", hasValue: false });
  });

  it("declare again what older cells declared", async () => {
    await notebook.value("const again: number = 1; interface Shape { x: number } class Kind { a = 1 }");
    await notebook.value('const again: string = "two"; interface Shape { y: string } class Kind { b = 2 }');
    expect(await notebook.value("again.toUpperCase()")).to.equal("TWO");
    expect(await notebook.value('const shape: Shape = { y: "y" }; [shape.y, new Kind().b]')).to.deep.equal(["y", 2]);
    await notebook.value("const again = { now: 'an object' }");
    expect(await notebook.value("again.now")).to.equal("an object");
  });

  it("share variables with closures of older cells", async () => {
    await notebook.value("let counter = 0; function count() { return ++counter; }");
    await notebook.value("counter = 10");
    expect(await notebook.value("count()")).to.equal(11);
    expect(await notebook.value("counter")).to.equal(11);
  });

  it("await at the top in every form", async () => {
    expect(await notebook.value("await Promise.resolve(1)")).to.equal(1);
    expect(await notebook.value("const waited = await (Promise.resolve(2)); waited")).to.equal(2);
    expect(await notebook.value("let sum = 0; for await (const x of [1, Promise.resolve(2)]) sum += x; sum")).to.equal(
      3,
    );
    expect(await notebook.value("const [p, q] = [await Promise.resolve(3), await 4]; p + q")).to.equal(7);
    expect(await notebook.value("if (await true) { await null } [await 5]")).to.deep.equal([5]);
  });

  it("keep what a failed cell declared before it failed", async () => {
    await notebook.value('let kept = "old"; let lost = "old"');
    const error = await notebook.error('let kept = "new"; throw new RangeError("no"); let lost = "new"; let never = 1');
    expect(error).to.include({ name: "RangeError", message: "no" });
    expect(await notebook.value("kept + lost")).to.equal("newold");
    expect((await notebook.error("never")).name).to.equal("TypeScriptError");
  });

  it("say where they fail", async () => {
    const error = await notebook.error(
      'type T = {\n  a: number;\n};\nfunction f(t: T) {\n  throw new Error("here");\n}\n\nf({ a: 1 });',
    );
    const { count } = notebook;
    expect(plain(error).split("\n")).to.deep.equal([
      "Error: here",
      `  at cell ${count}, line 5, in f`,
      '    5 |   throw new Error("here");',
      "      |         ^",
      `  at cell ${count}, line 8`,
      "    8 | f({ a: 1 });",
      "      | ^",
    ]);
  });
});
