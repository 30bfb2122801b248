import { expect } from "chai";
import { globalTypes } from "../../../kernel/cell/globalTypes.js";
import { loadTypeScript } from "../../../kernel/cell/typescript.js";
import { Comms } from "../../../kernel/session/comms.js";
import { makeGlobals } from "../../../kernel/session/globals.js";
import type { Outputs } from "../../../kernel/session/outputs.js";
import { makePrompts } from "../../../kernel/session/prompts.js";
import { plain, TestNotebook } from "./notebook.js";

describe("globals of cells", function () {
  this.timeout(30_000);
  const { names } = globalTypes(loadTypeScript());
  const notebook = new TestNotebook();
  before(() => notebook.open());
  after(() => notebook.close());

  it("have a type for each value, and a value for each type", () => {
    const wire = { input: () => "", publish() {} };
    const values = makeGlobals({} as Outputs, new Comms(wire.publish), makePrompts(wire, wire.publish));
    expect(names).to.have.members(Object.keys(values));
  });

  for (const name of names)
    it(`${name} is completed and explained`, async () => {
      const typed = name.slice(0, -1);
      const { matches, types } = await notebook.ask({ kind: "complete", code: typed, cursor: typed.length });
      expect(matches).to.include(name);
      const completion = types.find(({ text }) => text === name);
      expect(completion?.documentation).to.match(/\w{3}.*\.$/s);
      const told = await notebook.ask({ kind: "inspect", code: name, cursor: 1, detail: 0 });
      expect(told.data["text/plain"]).to.match(new RegExp(`(function|const) ${name}\\b`));
      expect(told.data["text/plain"]).to.contain(completion?.documentation);
    });

  it("are explained as all else is: what Node, the language and Weft declare", async () => {
    const told = async (code: string, cursor: number): Promise<string> =>
      String((await notebook.ask({ kind: "inspect", code, cursor, detail: 0 })).data["text/plain"]);
    const [read, made] = [
      "import { readFileSync } from 'node:fs'; readFileSync",
      "import { dense } from 'weft'; dense",
    ];
    const written: readonly (readonly [string, RegExp])[] = [
      [read, /Returns the contents of the `path`\.[\s\S]*@since v0\.1\.8/],
      ["[1].map", /Calls a defined callback function on each[\s\S]*@param thisArg/],
      ["[1].indexOf(1, ", /\n\nfromIndex: The array index at which to begin/],
      [made, /A densely connected layer[\s\S]*@example/],
    ];
    for (const [code, wanted] of written) expect(await told(code, code.length), code).to.match(wanted);
    const code = "'a'.tri";
    const complete = () => notebook.ask({ kind: "complete", code, cursor: code.length });
    let { types } = await complete();
    // As many at a time as the front end can wait for.
    for (let tries = 0; tries < 20 && types.some(({ documentation }) => !documentation); tries++)
      ({ types } = await complete());
    // Deprecated ones come last.
    expect(types.map(({ text }) => text).slice(-2)).to.have.members(["trimLeft", "trimRight"]);
    for (const { text, documentation } of types) expect(documentation, text).to.match(/Removes.*white space/);
  });

  it("are checked", async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["comms.opne('target')", /opne.*Comms/],
      ["const comm: Comm = comms.open('target'); comm.send()", /argument/],
      ["broadcast('type')", /argument/],
      ["const n: number = password('?')", /string/],
      ["comms = null", /constant|read-only/],
    ];
    for (const [code, message] of wrong) {
      const error = await notebook.error(code);
      expect(error.name).to.equal("TypeScriptError");
      expect(plain(error)).to.match(message);
    }
  });

  it("can be declared anew", async () => {
    await notebook.value("class Comm { own = 1 }\nconst comms = [new Comm()]; function password() { return 2 }");
    expect(await notebook.value("comms[0]!.own + password()")).to.equal(3);
  });
});
