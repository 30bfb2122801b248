// A notebook for tests: one compiler's thread for a whole file, cells counted as Jupyter counts them.

import { MessageChannel, type MessagePort } from "node:worker_threads";
import { expect } from "chai";
import { type CellError, type Cells, createCells, type Outcome } from "../../../kernel/cell/index.js";
import type { LanguageAnswers, LanguageMessage, LanguageQuestion } from "../../../kernel/wire/link.js";
import { removeFolder, temporaryFolder } from "../../folders.js";

export class TestNotebook {
  /** A folder without node_modules above it. */
  root!: string;
  cells!: Cells;
  count = 0;
  /** What the cells showed with `display`. */
  readonly shown: unknown[] = [];
  libraries = 0;
  #port!: MessagePort;
  #key = 0;

  async open(options: { readonly javascript?: boolean } = {}): Promise<void> {
    this.root = temporaryFolder("cells");
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.cells = await createCells({
      root: this.root,
      javascript: options.javascript ?? false,
      language: port2,
      globals: { display: (value: unknown) => void this.shown.push(value) },
      onLibrary: () => {
        this.libraries++;
      },
    });
  }

  async close(): Promise<void> {
    await this.cells.close();
    this.#port.close();
    removeFolder(this.root);
  }

  outcome(code: string): Promise<Outcome> {
    return this.cells.run(code, ++this.count);
  }

  /** The value of a cell that must succeed. */
  async value(code: string): Promise<unknown> {
    const outcome = await this.outcome(code);
    if (outcome.status === "error") throw new Error(`${code}\n${plain(outcome.error)}`);
    return outcome.value;
  }

  /** The error of a cell that must fail. */
  async error(code: string): Promise<CellError> {
    const outcome = await this.outcome(code);
    if (outcome.status === "ok") expect.fail(`no error in: ${code}`);
    return outcome.error;
  }

  ask<K extends LanguageQuestion["kind"]>(question: LanguageQuestion & { kind: K }): Promise<LanguageAnswers[K]> {
    const key = ++this.#key;
    return new Promise((resolve, reject) => {
      const hear = (message: LanguageMessage): void => {
        if (message.key !== key) return;
        this.#port.off("message", hear);
        if (message.error) reject(new Error(message.error));
        else resolve(message.answer as LanguageAnswers[K]);
      };
      this.#port.on("message", hear);
      this.#port.postMessage({ key, question } satisfies LanguageMessage);
    });
  }
}

/** A traceback without colours. */
export function plain(error: CellError): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
  return error.traceback.join("\n").replace(/\u001b\[\d+m/g, "");
}
