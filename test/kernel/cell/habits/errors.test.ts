import { fails, file, stories } from "./story.js";

stories("errors", {
  "a trace through functions of several cells": [
    "function deepest(x: number): never {\n  throw new RangeError(`no ${x}`);\n}",
    "const middle = (x: number) => {\n  return deepest(x + 1);\n};",
    [
      "class Top {\n  go() {\n    return middle(1);\n  }\n}\nnew Top().go();",
      fails(
        "RangeError",
        /no 2\n.*cell \d+, line 2, in deepest\n[\s\S]*cell \d+, line 2, in middle\n[\s\S]*cell \d+, line 3, in Top.go\n[\s\S]*cell \d+, line 6/,
      ),
    ],
  ],
  "a trace through awaits": [
    "async function fetching() {\n  await null;\n  throw new Error('late');\n}",
    "async function through() {\n  return await fetching();\n}",
    ["await through();", fails("Error", /late\n.*cell \d+, line 3, in fetching\n[\s\S]*line 2, in through/)],
  ],
  "a trace through a local file and a library's callback": [
    file("thrower.ts", "type T = string;\n\nexport function fromFile(x: T): never {\n  throw new Error(x);\n}\n"),
    [
      "import { fromFile } from './thrower';\n['a'].forEach((x) => {\n  fromFile(x);\n});",
      fails("Error", /thrower\.ts, line 4, in fromFile\n[\s\S]*cell \d+, line 3/),
    ],
  ],
  "causes, several errors in one, and things that are no errors": [
    [
      "try { JSON.parse('{'); } catch (cause) { throw new Error('outer', { cause }); }",
      fails("Error", /outer[\s\S]*caused by SyntaxError/),
    ],
    [
      "throw new AggregateError([new Error('one'), new TypeError('two')], 'both')",
      fails("AggregateError", /both[\s\S]*\[0\] Error: one[\s\S]*\[1\] TypeError: two/),
    ],
    ["throw 'a text'", fails("Thrown", /a text/)],
    ["throw { code: 5 }", fails("Thrown", /code: 5/)],
    ["throw null", fails("Thrown", /null/)],
    ["throw undefined", fails("Thrown", /undefined/)],
    ["await Promise.reject(42)", fails("Thrown", /42/)],
    [
      "class Mine extends Error { override name = 'Mine'; constructor(readonly code: number) { super('own'); } }\nthrow new Mine(3)",
      fails("Mine", /own/),
    ],
  ],
  "what a cell declared before it failed, and what it didn't": [
    [
      "const sure = 1; let changed = 1; changed = 2; function hoisted() { return sure; }\nthrow new Error('here');\nconst never = 5;",
      fails("Error", /line 2/),
    ],
    ["[sure, changed, hoisted()]", [1, 2, 1]],
    ["never", fails("TypeScriptError", /never/)],
    ["type Kept = number; interface AlsoKept { a: Kept }\nnull!.x", fails("TypeScriptError")],
    [
      "const fine = 1;\nconst bad: string = fine;",
      fails("TypeScriptError", /line 2[\s\S]*const bad: string = fine;\n.*\^/),
    ],
    ["fine", fails("TypeScriptError", /fine/)],
  ],
  "errors of syntax, with their place": [
    ["const = 5", fails("SyntaxError", /cell \d+, line 1/)],
    ["function f( {\n", fails("SyntaxError", /cell \d+/)],
    ["let ok = 1;\nlet x = (1 + ;\nlet y = 2;", fails("SyntaxError", /line 2[\s\S]*let x = \(1 \+ ;\n.*\^/)],
    ["return 5", fails("SyntaxError", /return/)],
    ["for (const x of) {}", fails("SyntaxError")],
    ["'open", fails("SyntaxError", /[Uu]nterminated/)],
    ["break", fails("SyntaxError", /break/)],
    ["yield 1", fails("SyntaxError")],
    ["await await", fails("SyntaxError")],
  ],
  "several mistakes of type, all told": [
    [
      "const n: number = 'a';\nconst s: string = 1;\nnothing();",
      fails("TypeScriptError", /line 1[\s\S]*line 2[\s\S]*line 3/),
    ],
    ["'text'.toUpperCas()", fails("TypeScriptError", /toUpperCase/)],
    ["const readonly: readonly number[] = [1]; readonly.push(2)", fails("TypeScriptError", /push/)],
    [
      "let maybe: string | undefined = ['a'].find((x) => x === 'b');\nmaybe.length",
      fails("TypeScriptError", /undefined/),
    ],
  ],
  "an endless recursion and too much memory asked for": [
    [
      "function endless(): number { return endless() + 1; }\nendless()",
      fails("RangeError", /Maximum call stack[\s\S]*in endless/),
    ],
    ["new Array(-1)", fails("RangeError", /Invalid array length/)],
    ["'x'.repeat(2 ** 30)", fails("RangeError", /Invalid string length/)],
    ["1 + 1", 2],
  ],
  "assigning to a const of an older cell, reading too early": [
    "const fixed = 1;",
    ["fixed = 2", fails("TypeScriptError", /constant/)],
    ["early; const early = 1;", fails("TypeScriptError", /before/)],
    ["const reads = () => tooEarly; reads(); const tooEarly = 1;", fails("ReferenceError", /tooEarly/)],
    ["fixed", 1],
  ],
});
