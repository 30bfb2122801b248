// Questions to the compiler's thread, and its answers.

import type { MessagePort } from "node:worker_threads";
import type { LanguageMessage, LanguageQuestion } from "./link.js";
import type { Json } from "./messages.js";

interface Open {
  readonly resolve: (answer: Json) => void;
  readonly reject: (reason: Error) => void;
}

export class Questions {
  readonly #port: MessagePort;
  readonly #open = new Map<number, Open>();
  #last = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", ({ key, answer, error }: LanguageMessage) => {
      const open = this.#open.get(key);
      this.#open.delete(key);
      if (error === undefined) open?.resolve(answer as unknown as Json);
      else open?.reject(new Error(error));
    });
    port.on("close", () => {
      for (const { reject } of this.#open.values()) reject(new Error("the compiler has stopped"));
      this.#open.clear();
    });
  }

  ask(question: LanguageQuestion): Promise<Json> {
    const key = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#open.set(key, { resolve, reject });
      this.#port.postMessage({ key, question } satisfies LanguageMessage);
    });
  }
}
