import { fails, file, stories } from "./story.js";

const packages = [
  file(
    "node_modules/cjs-pkg/package.json",
    '{"name":"cjs-pkg","version":"1.0.0","main":"main.js","types":"main.d.ts"}',
  ),
  file(
    "node_modules/cjs-pkg/main.js",
    "module.exports = function twice(x) { return 2 * x; };\nmodule.exports.half = (x) => x / 2;",
  ),
  file(
    "node_modules/cjs-pkg/main.d.ts",
    "declare function twice(x: number): number;\ndeclare namespace twice { function half(x: number): number; }\nexport = twice;",
  ),
  file(
    "node_modules/esm-pkg/package.json",
    '{"name":"esm-pkg","version":"1.0.0","type":"module","exports":{".":{"types":"./index.d.ts","default":"./index.js"},"./sub":{"types":"./sub.d.ts","default":"./sub.js"}}}',
  ),
  file(
    "node_modules/esm-pkg/index.js",
    "export default class Greeter { hi() { return 'hi'; } }\nexport const version = '1';",
  ),
  file(
    "node_modules/esm-pkg/index.d.ts",
    "export default class Greeter { hi(): string }\nexport declare const version: string;",
  ),
  file("node_modules/esm-pkg/sub.js", "export const slow = await new Promise((r) => setTimeout(() => r('slept'), 5));"),
  file("node_modules/esm-pkg/sub.d.ts", "export declare const slow: string;"),
  file("node_modules/untyped/index.js", "exports.answer = 42;"),
];

stories("imports", {
  "values whose types are in a package of the library's": [
    "import { dense, input, model } from 'weft'; const x = input([3]); const m = model({ inputs: x, outputs: dense(2)(x) });",
    "const weights = await m.getWeights(); const [kernel] = weights; const beside = weights.length;",
    ["beside", 2],
    ["kernel!.size", 6],
    ["kernel!.nothing", fails("TypeScriptError", /nothing/)],
  ],
  "values whose types have no name in the notebook's folder": [
    file("node_modules/outer/index.js", "exports.make = () => ({ inner: 1 });"),
    file("node_modules/outer/index.d.ts", "import { Inner } from 'inner';\nexport declare function make(): Inner;"),
    file("node_modules/outer/node_modules/inner/index.d.ts", "export interface Inner { inner: number }"),
    "import { make } from 'outer'; const made = make(); const beside = 2;",
    ["beside", 2],
    ["made.inner", 1],
  ],
  "CommonJS packages: default, namespace, named, require": [
    ...packages,
    ["import twice from 'cjs-pkg'; twice(4)", 8],
    ["import { half } from 'cjs-pkg'; half(4)", 2],
    ["import * as all from 'cjs-pkg'; all.half(8)", 4],
    ["import required = require('cjs-pkg'); required(5)", 10],
    ["const dynamic = await import('cjs-pkg'); dynamic.default(6)", 12],
    ["const { half: cut } = require('cjs-pkg'); cut(10)", 5],
  ],
  "ES packages: default, named, subpaths, with top-level await": [
    ["import Greeter, { version } from 'esm-pkg'; [new Greeter().hi(), version]", ["hi", "1"]],
    ["import { slow } from 'esm-pkg/sub'; slow", "slept"],
    ["(await import('esm-pkg')).version", "1"],
    ["import * as everything from 'esm-pkg'; typeof everything.default + everything.version", "function1"],
    ["new Greeter().hi(1)", fails("TypeScriptError", /Expected 0 arguments/)],
  ],
  "packages without types, and packages that aren't there": [
    ["import { answer } from 'untyped'; answer", 42],
    ["import nothing from 'not-installed'", fails("TypeScriptError", /not-installed/)],
    ["await import('not-installed-either')", fails("TypeScriptError", /not-installed-either/)],
    ["import { join } from 'node:path'; join('a', 'b').length", 3],
  ],
  "a package installed between two cells": [
    ["import { fresh } from 'fresh-pkg'", fails("TypeScriptError", /fresh-pkg/)],
    file(
      "node_modules/fresh-pkg/package.json",
      '{"name":"fresh-pkg","version":"1.0.0","main":"i.js","types":"i.d.ts"}',
    ),
    file("node_modules/fresh-pkg/i.js", "exports.fresh = 'now';"),
    file("node_modules/fresh-pkg/i.d.ts", "export const fresh: string;"),
    ["import { fresh } from 'fresh-pkg'; fresh", "now"],
  ],
  JSON: [
    file("data.json", '{"rows": [1, 2], "name": "first"}'),
    ["import data from './data.json'; [data.rows.length, data.name]", [2, "first"]],
    ["import { name } from './data.json'; name", "first"],
    file("data.json", '{"rows": [1, 2, 3], "name": "second", "more": true}'),
    ["import data from './data.json'; [data.rows.length, data.name, data.more]", [3, "second", true]],
  ],
  "local TypeScript, edited between runs": [
    file(
      "tools.ts",
      "export const version: number = 1;\nexport default function tool(): string { return 'one'; }\nexport interface Options { a: number }",
    ),
    [
      "import tool, { version, type Options } from './tools'; const options: Options = { a: version }; [tool(), options]",
      ["one", { a: 1 }],
    ],
    file(
      "tools.ts",
      "export const version: string = 'two';\nexport default function tool(times: number): string { return 'two'.repeat(times); }\nexport interface Options { b: string }",
    ),
    [
      "import tool, { version, type Options } from './tools'; const options: Options = { b: version }; [tool(2), options]",
      ["twotwo", { b: "two" }],
    ],
    ["import './tools.js'; import { version as v2 } from './tools.ts'; v2", "two"],
  ],
  "local files that import each other, edited below": [
    file("lib/deep.ts", "export const deep = 1;"),
    file("lib/middle.ts", "import { deep } from './deep';\nexport const middle = deep + 10;\nexport * from './deep';"),
    ["import { middle, deep } from './lib/middle'; [middle, deep]", [11, 1]],
    file("lib/deep.ts", "export const deep = 2;"),
    ["import { middle, deep } from './lib/middle'; [middle, deep]", [12, 2]],
    file("lib/a.ts", "import { b } from './b';\nexport const a = () => 'a';\nexport const viaB = () => b();"),
    file("lib/b.ts", "import { a } from './a';\nexport const b = () => 'b' + a();"),
    ["import { viaB } from './lib/a'; viaB()", "ba"],
  ],
  "a local file with an error, then mended": [
    file("broken.ts", "export const fine: number = 'text';\n"),
    ["import { fine } from './broken'", fails("TypeScriptError", /broken\.ts, line 1/)],
    file("broken.ts", "throw new Error('while loading');\nexport const fine = 1;\n"),
    ["import { fine } from './broken'; fine", fails("Error", /broken\.ts, line 1/)],
    file("broken.ts", "export const fine: number = 3;\n"),
    ["import { fine } from './broken'; fine", 3],
  ],
  "local files that wait, know where they are, and load others": [
    file(
      "waits.ts",
      "export const waited: number = await new Promise((r) => setTimeout(() => r(5), 5));\nexport const here = import.meta.url;\nexport const os = (await import('node:os')).EOL;",
    ),
    ["import { waited, here, os } from './waits'; [waited, here.endsWith('waits.ts'), os.length > 0]", [5, true, true]],
    file("plain.js", "exports.plain = 'js';"),
    ["const { plain } = require('./plain'); plain", "js"],
    file("plain.js", "exports.plain = 'edited';"),
    ["require('./plain').plain", "edited"],
    file("module.mjs", "export const esm = 'mjs';"),
    ["(await import('./module.mjs')).esm", "mjs"],
    file("module.mjs", "export const esm = 'edited';"),
    ["(await import('./module.mjs')).esm", "edited"],
    ["(await import('./module.mjs')) === (await import('./module.mjs'))", true],
    ["import.meta.url.startsWith('file:') && typeof __dirname", "string"],
  ],
  "exports in cells: default, named, from": [
    "export const exported = 1; export function also() { return exported + 1; } export default class { }",
    ["[exported, also()]", [1, 2]],
    "export default function named() { return 'default'; }",
    ["named()", "default"],
    "const x1 = 1; export { x1, x1 as other };",
    ["x1", 1],
    "export { basename } from 'node:path';",
    ["basename('/a/b')", "b"],
    ["export default 5 + 5", 10],
    "export type Exported = { e: number }; export interface AlsoExported { f: string }",
    ["const e: Exported & AlsoExported = { e: 1, f: 'f' }; e", { e: 1, f: "f" }],
  ],
  "the library, typed, from any folder": [
    ["import { dense, input } from 'weft'; dense(3)(input([2])).shape", [null, 3]],
    ["import * as weft from 'weft'; typeof weft.model", "function"],
    ["dense('three')", fails("TypeScriptError", /line 1/)],
    ["(await import('weft')).dense === dense", true],
  ],
});
