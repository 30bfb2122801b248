import { fails, stories } from "./story.js";

stories("await at the top", {
  "in declarations of every form": [
    "const one = await Promise.resolve(1);",
    "let { two, ...others } = await Promise.resolve({ two: 2, three: 3 });",
    "const [four = await 4, five] = await Promise.all([undefined, 5]);",
    "var six = (await Promise.resolve({ deep: { six: 6 } })).deep.six;",
    ["[one, two, others, four, five, six]", [1, 2, { three: 3 }, 4, 5, 6]],
    ["const nested = [await 1, ...(await Promise.resolve([2, 3]))]; nested", [1, 2, 3]],
    ["`${await 'template'}`", "template"],
    ["(await import('node:os')).EOL.length > 0", true],
    [
      "class Made { static value = 5; [await Promise.resolve('computed')]() { return 6; } }\n(new Made() as any).computed()",
      6,
    ],
  ],
  "in conditions, loops, switches, tries and throws": [
    [
      "if (await true) { await null; } else throw 1;\nwhile (await Promise.resolve(false)) {}\ndo { } while (await false)\n'done'",
      "done",
    ],
    ["let total = 0; for (let i = await 0; i < (await 3); i += await 1) total += i; total", 3],
    ["switch (await 2) { case await 2: total = 22; }\ntotal", 22],
    [
      "try { await Promise.reject(new Error('x')); } catch (e) { total = (await 5) as number; } finally { total += await 1; }\ntotal",
      6,
    ],
    ["throw await Promise.resolve(new RangeError('thrown'))", fails("RangeError", /thrown/)],
    [
      "label: for (const x of await Promise.resolve([1, 2])) { if (x === (await 2)) break label; total += x; }\ntotal",
      7,
    ],
    ["(await 1) ? await 'yes' : await 'no'", "yes"],
    ["(await null) ?? (await 'fallback')", "fallback"],
  ],
  "for await over promises, generators, streams and events": [
    [
      "const seen: number[] = []; for await (const x of [Promise.resolve(1), 2, Promise.resolve(3)]) seen.push(x); seen",
      [1, 2, 3],
    ],
    [
      "import { Readable } from 'node:stream';\nlet text = ''; for await (const chunk of Readable.from(['a', 'b'])) text += chunk; text",
      "ab",
    ],
    [
      "async function* ticks() { try { yield 1; yield 2; yield 3; } finally { text = 'closed'; } }\nfor await (const t of ticks()) if (t === 2) break;\ntext",
      "closed",
    ],
    ["for await (const { a, ...r } of [{ a: 1, b: 2 }]) text = JSON.stringify([a, r]);\ntext", '[1,{"b":2}]'],
    ["for await (var leaked of [5]) {}\nleaked!", 5],
    ["for await (const x of [Promise.reject(new TypeError('in the list'))]) {}", fails("TypeError", /in the list/)],
  ],
  "arrows, methods and callbacks that wait": [
    "const later = async (x: number) => { await new Promise((r) => setTimeout(r, 5)); return x; };",
    ["await Promise.all([1, 2, 3].map(async (x) => (await later(x)) * 2))", [2, 4, 6]],
    [
      "await Promise.allSettled([later(1), Promise.reject(new Error('no'))]).then((all) => all.map((one) => one.status))",
      ["fulfilled", "rejected"],
    ],
    ["await Promise.race([later(1), new Promise((r) => setTimeout(() => r('slow'), 500))])", 1],
    ["await new Promise<string>((resolve) => { setTimeout(() => resolve('timer'), 5); })", "timer"],
    ["later(5) instanceof Promise", true],
    ["await { then: (resolve: (x: number) => void) => resolve(9) }", 9],
  ],
  "names called await and async elsewhere": [
    "const async = 1; const of = 2; const type = 3; const from = 4; const as = 5;",
    ["async + of + type + from + as", 15],
    ["({ await: 1, async: 2 })", { await: 1, async: 2 }],
  ],
  "a promise that nobody awaits, kept for a later cell": [
    "const pending = new Promise<number>((resolve) => setTimeout(() => resolve(11), 20));",
    ["await pending", 11],
    "let background = 0; const work = (async () => { for (let i = 0; i < 3; i++) { await new Promise((r) => setTimeout(r, 2)); background++; } })();",
    ["await work; background", 3],
  ],
});
