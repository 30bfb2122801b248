// Questions to the compiler's thread, and its answers in the words of Jupyter.

import type { MessagePort } from "node:worker_threads";
import { toCodePoints, toUnits } from "./cursor.js";
import { integer, text } from "./fields.js";
import type { LanguageAnswers, LanguageMessage, LanguageQuestion } from "./link.js";
import type { Json } from "./messages.js";

interface Open {
  readonly resolve: (answer: LanguageAnswers[keyof LanguageAnswers]) => void;
  readonly reject: (reason: Error) => void;
}

export class Questions {
  readonly #port: MessagePort;
  readonly #open = new Map<number, Open>();
  #last = 0;
  #closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", ({ key, answer, error }: LanguageMessage) => {
      const open = this.#open.get(key);
      this.#open.delete(key);
      if (answer) open?.resolve(answer);
      else open?.reject(new Error(error ?? "the compiler gave no answer"));
    });
    port.on("close", () => {
      this.#closed = true;
      for (const { reject } of this.#open.values()) reject(stopped());
      this.#open.clear();
    });
  }

  /** Content of the reply to a complete, inspect or is_complete request. */
  async answer(type: string, content: Json): Promise<Json> {
    const code = text(content, "code");
    const position = integer(content, "cursor_pos");
    const cursor = position === null ? code.length : toUnits(code, position);
    if (type === "is_complete_request") return { ...(await this.#ask<"isComplete">({ kind: "isComplete", code })) };
    if (type === "inspect_request") {
      const detail = integer(content, "detail_level") === 1 ? 1 : 0;
      const { found, data } = await this.#ask<"inspect">({ kind: "inspect", code, cursor, detail });
      return { status: "ok", found, data, metadata: {} };
    }
    const { matches, types, ...range } = await this.#ask<"complete">({ kind: "complete", code, cursor });
    const start = toCodePoints(code, range.start);
    const end = toCodePoints(code, range.end);
    return {
      status: "ok",
      matches,
      cursor_start: start,
      cursor_end: end,
      metadata: { _jupyter_types_experimental: types.map((one) => ({ ...one, start, end })) },
    };
  }

  /** TypeScript without its types. */
  async javascript(code: string): Promise<string> {
    return (await this.#ask<"javascript">({ kind: "javascript", code })).code;
  }

  #ask<K extends keyof LanguageAnswers>(question: LanguageQuestion & { kind: K }): Promise<LanguageAnswers[K]> {
    const key = ++this.#last;
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(stopped());
      this.#open.set(key, { resolve: resolve as Open["resolve"], reject });
      this.#port.postMessage({ key, question } satisfies LanguageMessage);
    });
  }
}

const stopped = (): Error => new Error("the compiler has stopped; restart the kernel");
