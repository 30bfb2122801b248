// Questions about code: completions, inspection, and whether a cell is complete.

import type { LanguageAnswers, LanguageQuestion } from "../wire/link.js";
import { complete } from "./complete.js";
import type { CellConverter } from "./convert.js";
import { inspect } from "./inspect.js";
import type { TypeScript } from "./typescript.js";
import { isComplete } from "./whole.js";

export function answer(converter: CellConverter, question: LanguageQuestion): LanguageAnswers[keyof LanguageAnswers] {
  if (question.kind === "complete") return complete(converter, question.code, question.cursor);
  if (question.kind === "inspect") return inspect(converter, question.code, question.cursor, question.detail);
  if (question.kind === "javascript") return { code: javascript(converter.program.ts, question.code) };
  return isComplete(converter.program.ts, question.code, converter.javascript);
}

function javascript(ts: TypeScript, code: string): string {
  const { ESNext } = ts.ModuleKind;
  return ts.transpile(code, { target: ts.ScriptTarget.ES2022, module: ESNext, isolatedModules: true });
}
