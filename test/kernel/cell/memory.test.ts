import { join } from "node:path";
import type { HeapInfo } from "node:v8";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Worker } from "node:worker_threads";
import { expect } from "chai";
import { CellConverter } from "../../../kernel/cell/convert.js";
import { litterBytes, tidyNowAndThen } from "../../../kernel/cell/garbage.js";
import { removeFolder, temporaryFolder } from "../../folders.js";
import { TestNotebook } from "./notebook.js";

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
/** What a single program may hold, a collection's imprecision included. */
const programBytes = 30e6;

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

describe("cells' memory", function () {
  this.timeout(120_000);
  const collect = collector();
  let root: string;
  let converter: CellConverter;
  const used = (): number => {
    collect();
    collect();
    return getHeapStatistics().used_heap_size;
  };
  let count = 0;
  const convert = (code: string): void => {
    const conversion = converter.convert(++count, code, `cell ${count}`);
    if (conversion.status === "error") throw new Error(conversion.error.message);
    converter.declarations.settle(count, []);
  };
  const kinds: readonly (readonly [string, (i: number) => string])[] = [
    ["declare a new name", (i) => `const x${i} = ${i}`],
    ["declare the same name", (i) => `const same = ${i}`],
    ["declare nothing", (i) => `${i} + 1`],
    [
      "make a model",
      (i) =>
        `import { dense, input, model } from "weft"; const x = input([${i}]); model({ inputs: x, outputs: dense(2)(x) })`,
    ],
  ];
  before(() => {
    root = temporaryFolder("cells");
    converter = new CellConverter({ root, javascript: false });
    converter.warm();
  });
  after(() => removeFolder(root));

  for (const [what, code] of kinds)
    it(`doesn't grow with cells that ${what}`, async () => {
      const made: WeakRef<object>[] = [];
      const cells = async (many: number): Promise<void> => {
        for (let i = 0; i < many; i++) {
          convert(code(count + 1));
          const program = converter.program.program();
          made.push(new WeakRef(program), new WeakRef(program.getTypeChecker()), new WeakRef(converter.program.cell()));
          await turn();
        }
      };
      // What V8 makes while it warms up: 20 KB a cell in the first forty, a quarter of that after three hundred.
      await cells(60);
      const before = used();
      await cells(80);
      const grown = used() - before;
      const alive = made.filter((one) => one.deref()).length;
      // The last program with what belongs to it, and perhaps the one it was made from.
      expect(alive, "programs, checkers and cells that are still there").to.be.at.most(6);
      // 5 KB for a declaration and the text of a new name.
      expect(grown / 80, "bytes for each cell").to.be.below(20e3);
    });

  it("doesn't read again what older cells declare unless it has changed", () => {
    const older = (): object | undefined =>
      converter.program.program().getSourceFile(join(root, "__prev__.d.ts").replaceAll("\\", "/"));
    convert("const told = 1");
    convert("told + 1");
    const read = older();
    expect(read).to.be.an("object");
    convert("told + 2");
    expect(older() === read, "the same file after an expression").to.equal(true);
    convert("const told = 'anew'");
    convert("told.length");
    expect(older() === read, "the same file after a declaration").to.equal(false);
  });

  it("holds no more garbage than it may", async () => {
    const tidy = tidyNowAndThen();
    const before = used();
    let most = 0;
    for (let i = 0; i < 160; i++) {
      convert(`const tidied${i} = ${i}`);
      most = Math.max(most, getHeapStatistics().used_heap_size);
      tidy();
      await turn();
    }
    expect(most - before).to.be.below(litterBytes + programBytes);
  });

  it("is tidied in the compiler's thread", async function () {
    const workers: Worker[] = [];
    const found = (worker: Worker): void => void workers.push(worker);
    process.on("worker", found);
    const notebook = new TestNotebook();
    await notebook.open();
    process.off("worker", found);
    const compiler = workers[0] as Worker & { getHeapStatistics?(): Promise<HeapInfo> };
    if (!compiler.getHeapStatistics) {
      console.log(`      skipped: a worker of Node ${process.versions.node} doesn't tell its heap's size`);
      await notebook.close();
      return this.skip();
    }
    const heap: number[] = [];
    for (let i = 0; i < 300; i++) {
      await notebook.value(`const x${i} = ${i}`);
      if (i % 5 === 0) heap.push((await compiler.getHeapStatistics()).used_heap_size);
    }
    await notebook.close();
    expect(Math.max(...heap) - Math.min(...heap.slice(2))).to.be.below(litterBytes + programBytes);
    return undefined;
  });
});
