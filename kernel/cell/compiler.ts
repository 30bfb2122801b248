// The compiler's thread: converts cells, and answers questions about code while a cell runs elsewhere.

import { setFlagsFromString } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import type { LanguageMessage } from "../wire/link.js";
import { CellConverter } from "./convert.js";
import { tidyNowAndThen } from "./garbage.js";
import { answer } from "./language.js";
import type { CompilerAnswer, CompilerRequest, CompilerSettings, Conversion } from "./protocol.js";

// TypeScript's createTypeChecker is one function of 40,000 lines. Optimizing it takes V8 of Node 20 a second and 130 MB, again and
// again, and cells come no sooner. The flag is the whole process's, but few functions of users have a thousand lines.
setFlagsFromString("--max-optimized-bytecode-size=20000");

const settings = workerData as CompilerSettings;
const converter = new CellConverter(settings);
const tidy = tidyNowAndThen();

parentPort?.on("message", (request: CompilerRequest) => {
  if (request.kind === "settle") return converter.declarations.settle(request.key, request.lost);
  if (request.kind === "declare") return converter.declarations.declare(request.name);
  const key = request.expression ? null : request.key;
  const conversion = convert(() => converter.convert(key, request.code, request.source));
  parentPort?.postMessage({ key: request.key, conversion } satisfies CompilerAnswer);
  tidy();
});

settings.language.on("message", ({ key, question }: LanguageMessage) => {
  if (!question) return;
  let reply: LanguageMessage;
  try {
    reply = { key, answer: answer(converter, question) };
  } catch (error) {
    reply = { key, error: String(error instanceof Error ? error.stack : error) };
  }
  settings.language.postMessage(reply);
  tidy();
});

// The library's types take a moment to read; most notebooks need them.
setTimeout(() => converter.warm(), 20);

/** A compiler that fails on strange code must not take the notebook with it. */
function convert(work: () => Conversion): Conversion {
  try {
    return work();
  } catch (error) {
    const message = `the compiler failed on this cell: ${error instanceof Error ? (error.stack ?? error.message) : error}`;
    return { status: "error", error: { name: "CompilerError", message, traceback: message.split("\n") } };
  }
}
