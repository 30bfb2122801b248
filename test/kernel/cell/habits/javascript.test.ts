import { fails, stories } from "./story.js";

stories(
  "plain JavaScript",
  {
    "names of any type, redeclared and changed": [
      "let x = 1; const y = 2; var z;",
      ["x = 'text'; x + y", "text2"],
      ["const y = [3]; y", [3]],
      ["z = { a: 1 }; z.b = 2; z", { a: 1, b: 2 }],
      "function f(a, b = 2, ...rest) { return [a, b, rest]; }",
      ["f(1)", [1, 2, []]],
      ["class A { constructor() { this.p = 1; } }\nconst a = new A(); a.q = 2; [a.p, a.q]", [1, 2]],
    ],
    "imports, await and require": [
      ["import fs from 'fs'; typeof fs.readFileSync", "function"],
      ["const path = require('path'); path.basename('/a/b')", "b"],
      ["await Promise.resolve(5)", 5],
      ["const { dense } = await import('weft'); typeof dense", "function"],
      ["import { model } from 'weft'; typeof model", "function"],
    ],
    errors: [
      ["nowhere", fails("ReferenceError", /nowhere/)],
      ["null.x", fails("TypeError", /null/)],
      ["const = 1", fails("SyntaxError")],
      ["let n /*: number */ = 1; n.toFixed(1)", "1.0"],
    ],
  },
  true,
);
