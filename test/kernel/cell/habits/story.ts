// Little notebooks: cells with what each must come to, on real cells.

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { plain, TestNotebook } from "../notebook.js";

/** What a cell must end with when it must fail: the error's name, and what its report must hold. */
export interface Failure {
  readonly fails: string;
  readonly report?: RegExp;
}

/** A file to write before the next cell. */
export interface Written {
  readonly file: string;
  readonly text: string;
}

/** Code alone must succeed; with a value, that must be the cell's. */
export type Step =
  | string
  | readonly [code: string, value: unknown]
  | readonly [code: string, failure: Failure]
  | Written;

export const fails = (name: string, report?: RegExp): Failure => ({ fails: name, ...(report ? { report } : {}) });
export const file = (name: string, text: string): Written => ({ file: name, text });

let edits = 0;

/** One notebook with a title for each; they share the kernel, as the days of one notebook would. */
export function stories(about: string, all: Readonly<Record<string, readonly Step[]>>, javascript = false): void {
  describe(`cells: ${about}`, function () {
    this.timeout(20_000);
    const notebook = new TestNotebook();
    before(() => notebook.open({ javascript }));
    after(() => notebook.close());
    for (const [title, steps] of Object.entries(all))
      it(title, async () => {
        for (const step of steps) await take(notebook, step);
      });
  });
}

async function take(notebook: TestNotebook, step: Step): Promise<void> {
  if (typeof step === "string") {
    await notebook.value(step);
    return;
  }
  if ("file" in step) {
    const path = join(notebook.root, step.file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, step.text);
    // Two edits within a tick of the file system's clock look like one.
    const time = Date.now() / 1000 + ++edits;
    utimesSync(path, time, time);
    return;
  }
  const [code, wanted] = step;
  if (typeof wanted === "object" && wanted !== null && "fails" in wanted) {
    const failure = wanted as Failure;
    const error = await notebook.error(code);
    expect(error.name, plain(error)).to.equal(failure.fails);
    if (failure.report) expect(plain(error)).to.match(failure.report);
  } else expect(await notebook.value(code), code).to.deep.equal(wanted);
}
